package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"headwater/pack"
)

func packCommands(o *options) []*cobra.Command {
	root := &cobra.Command{Use: "pack", Short: "List, show, check, export and import knowledge packs"}
	list := &cobra.Command{Use: "list", Short: "List packs", Args: cobra.NoArgs,
		RunE: action(func(c *cobra.Command, _ []string) error {
			return o.withNew(c.Context(), func(cl *client) error {
				return cl.show(c.Context(), "GET", path("packs")+query("branch", o.branch), nil)
			})
		})}
	show := &cobra.Command{Use: "show PACK [SECTION ITEM]", Short: "Show what a pack holds, or one item as YAML", Args: cobra.RangeArgs(1, 3), RunE: action(o.showPack)}
	root.AddCommand(o.branchFlag(list), o.branchFlag(show), o.branchFlag(o.exportPack()), o.branchFlag(o.importPack()), checkPack())
	return []*cobra.Command{root}
}

func (o *options) showPack(c *cobra.Command, args []string) error {
	if len(args) == 2 {
		return usage("name the section and the item, or neither")
	}
	return o.withNew(c.Context(), func(cl *client) error {
		if len(args) == 1 {
			return cl.show(c.Context(), "GET", path("packs", args[0])+query("branch", o.branch), nil)
		}
		var out struct {
			YAML  string `json:"yaml"`
			State string `json:"state"`
		}
		if err := cl.call(c.Context(), "GET", path("packs", args[0], args[1], args[2])+query("branch", o.branch), nil, &out); err != nil {
			return err
		}
		fmt.Printf("# %s\n%s", out.State, out.YAML)
		return nil
	})
}

func (o *options) exportPack() *cobra.Command {
	var to string
	c := &cobra.Command{Use: "export PACK", Short: "Write a pack as a zip archive", Args: cobra.ExactArgs(1),
		RunE: action(func(c *cobra.Command, args []string) error {
			return o.withNew(c.Context(), func(cl *client) error {
				res, err := cl.send(c.Context(), "GET", path("packs", args[0], "export")+query("branch", o.branch), nil)
				if err != nil {
					return err
				}
				defer res.Body.Close()
				f, err := os.Create(or(to, args[0]+".zip"))
				if err != nil {
					return err
				}
				_, err = io.Copy(f, res.Body)
				return errors.Join(err, f.Close())
			})
		})}
	c.Flags().StringVarP(&to, "output", "o", "", "file to write (default PACK.zip)")
	return c
}

func (o *options) importPack() *cobra.Command {
	var reason string
	c := &cobra.Command{Use: "import FILE|DIR", Short: "Take in a pack from a zip archive or a folder", Args: cobra.ExactArgs(1),
		RunE: action(func(c *cobra.Command, args []string) error {
			kind, form, err := packForm(args[0])
			if err != nil {
				return err
			}
			return o.withNew(c.Context(), func(cl *client) error {
				res, err := cl.sendBody(c.Context(), "POST", path("packs", "import")+query("branch", o.branch, "reason", reason), kind, form)
				if err != nil {
					return err
				}
				defer res.Body.Close()
				_, err = io.Copy(os.Stdout, res.Body)
				return err
			})
		})}
	c.Flags().StringVar(&reason, "reason", "", "why; it is kept in the history")
	return c
}

// packForm is an archive, or the YAML files of a folder, as a form.
func packForm(from string) (kind string, form io.Reader, err error) {
	files := []string{from}
	if info, err := os.Stat(from); err != nil {
		return "", nil, err
	} else if info.IsDir() {
		if files, err = filepath.Glob(filepath.Join(from, "*.yaml")); err != nil {
			return "", nil, err
		}
	}
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			return "", nil, err
		}
		part, err := w.CreateFormFile("file", filepath.Base(name))
		if err == nil {
			_, err = part.Write(data)
		}
		if err != nil {
			return "", nil, err
		}
	}
	return w.FormDataContentType(), &out, w.Close()
}

// checkPack tests a folder or an archive beside the shipped packs, without a workspace.
func checkPack() *cobra.Command {
	return &cobra.Command{Use: "check DIR", Short: "Say everything that is wrong with a pack in a folder or archive", Args: cobra.ExactArgs(1),
		Long: "Keys, kinds, references, formulas and templates are tested. Filter texts are tested for brackets and words only: the fields\nthat they may name depend on the workspace, so 'headwater pack import' tests them.",
		RunE: action(func(_ *cobra.Command, args []string) error {
			shipped, err := pack.Shipped(pack.Options{})
			if err != nil {
				return err
			}
			opts := pack.Options{Others: shipped}
			var p *pack.Pack
			if strings.HasSuffix(strings.ToLower(args[0]), ".zip") {
				var data []byte
				if data, err = os.ReadFile(args[0]); err == nil {
					p, err = pack.LoadZip(data, opts)
				}
			} else {
				p, err = pack.Load(os.DirFS(args[0]), opts)
			}
			if err != nil {
				return err
			}
			items, err := pack.Split(p)
			if err == nil {
				fmt.Printf("%s %s: %d items, nothing wrong\n", p.Meta.ID, p.Meta.Version, len(items))
			}
			return err
		})}
}
