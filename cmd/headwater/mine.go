package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"headwater/pack"
	"headwater/sales/need"
)

func mineCommands(*options) []*cobra.Command {
	var id, folder string
	var least float64
	c := &cobra.Command{Use: "mine --pack PACK", Short: "Find customers' needs in notes, without a workspace", Args: cobra.NoArgs,
		Long: `Reads notes from standard input, one JSON object {"id", "text"} per line, and writes one
{"id", "needs": [{"code", "kind", "evidence", "confidence"}]} per note. The packs of industries
that extend PACK are used, too. A line that can't be read is told on standard error; the others
are answered, and the exit code is 1.`,
		RunE: action(func(c *cobra.Command, _ []string) error {
			if id == "" {
				return usage("--pack names the pack whose needs are looked for")
			}
			k, err := knowledgeOf(id, folder)
			if err != nil {
				return err
			}
			m, err := need.New(k, nil)
			if err != nil {
				return err
			}
			return mineLines(m, need.Options{MinConfidence: least}, c.InOrStdin(), c.OutOrStdout(), c.ErrOrStderr())
		})}
	c.Flags().StringVar(&id, "pack", "", "id of the product's pack, such as logical-data-lake")
	c.Flags().StringVar(&folder, "pack-dir", "", "folder of a pack, or of packs; they come before shipped ones of the same id")
	c.Flags().Float64Var(&least, "min-confidence", 0, "report needs from this confidence (default: the miner's own bar)")
	return []*cobra.Command{c}
}

// knowledgeOf is a pack with those it depends on and those that extend it.
func knowledgeOf(id, folder string) (*pack.Merged, error) {
	packs, err := pack.Shipped(pack.Options{})
	if err != nil {
		return nil, err
	}
	if folder != "" {
		own, err := packsIn(folder, packs)
		if err != nil {
			return nil, err
		}
		packs = append(slices.DeleteFunc(packs, func(p *pack.Pack) bool {
			return slices.ContainsFunc(own, func(o *pack.Pack) bool { return o.Meta.ID == p.Meta.ID })
		}), own...)
	}
	byID := map[string]*pack.Pack{}
	for _, p := range packs {
		byID[p.Meta.ID] = p
	}
	if byID[id] == nil {
		return nil, usage("there is no pack %s; there are %s", id, strings.Join(slices.Sorted(maps.Keys(byID)), ", "))
	}
	wanted := map[string]bool{}
	var visit func(id string)
	visit = func(id string) {
		if p := byID[id]; p != nil && !wanted[id] {
			wanted[id] = true
			for _, d := range p.Meta.Depends {
				visit(d)
			}
		}
	}
	visit(id)
	for _, p := range packs {
		if slices.Contains(p.Meta.Extends, id) {
			visit(p.Meta.ID)
		}
	}
	return pack.Merge(slices.DeleteFunc(packs, func(p *pack.Pack) bool { return !wanted[p.Meta.ID] })...)
}

// packsIn loads the pack in a folder, or all packs in its folders.
func packsIn(folder string, others []*pack.Pack) ([]*pack.Pack, error) {
	here := os.DirFS(folder)
	if _, err := fs.Stat(here, "pack.yaml"); err == nil {
		p, err := pack.Load(here, pack.Options{Others: others})
		return []*pack.Pack{p}, err
	}
	packs, err := pack.LoadAll(here, pack.Options{Others: others})
	if err == nil && len(packs) == 0 {
		err = usage("%s holds no pack", folder)
	}
	return packs, err
}

// minedNote is one line of the answer.
type minedNote struct {
	ID    json.RawMessage `json:"id"`
	Needs []minedNeed     `json:"needs"`
}

type minedNeed struct {
	Code       string  `json:"code"`
	Kind       string  `json:"kind"`
	Evidence   string  `json:"evidence"`
	Confidence float64 `json:"confidence"`
}

// linesAtOnce are mined side by side and answered in their order.
const linesAtOnce = 256

func mineLines(m *need.Miner, o need.Options, in io.Reader, out, complain io.Writer) error {
	r, w := bufio.NewReaderSize(in, 1<<16), bufio.NewWriter(out)
	bad, number, end := 0, 0, false
	for !end {
		var lines [][]byte
		for len(lines) < linesAtOnce && !end {
			line, err := r.ReadBytes('\n')
			if err != nil && !errors.Is(err, io.EOF) {
				return errors.Join(err, w.Flush())
			}
			end = err != nil
			if !end || len(line) > 0 {
				lines = append(lines, bytes.TrimSpace(line))
			}
		}
		answers, wrong := make([][]byte, len(lines)), make([]error, len(lines))
		var wait sync.WaitGroup
		for worker := range runtime.GOMAXPROCS(0) {
			wait.Go(func() {
				for i := worker; i < len(lines); i += runtime.GOMAXPROCS(0) {
					answers[i], wrong[i] = mineLine(m, o, lines[i])
				}
			})
		}
		wait.Wait()
		for i, a := range answers {
			number++
			if wrong[i] != nil {
				bad++
				fmt.Fprintf(complain, "headwater: line %d: %s\n", number, wrong[i])
			} else if len(a) > 0 {
				w.Write(append(a, '\n')) // Flush tells the first error
			}
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
	if bad > 0 {
		return &exitError{code: exitFailed}
	}
	return nil
}

// mineLine answers one line; an empty one has no answer.
func mineLine(m *need.Miner, o need.Options, line []byte) ([]byte, error) {
	if len(line) == 0 {
		return nil, nil
	}
	var note struct {
		ID   json.RawMessage `json:"id"`
		Text *string         `json:"text"`
	}
	if err := json.Unmarshal(bytes.TrimPrefix(line, []byte("\ufeff")), &note); err != nil {
		return nil, err
	}
	if note.Text == nil || len(note.ID) == 0 {
		return nil, errors.New(`expected an object with "id" and "text"`)
	}
	answer := minedNote{ID: note.ID, Needs: []minedNeed{}}
	for _, f := range m.Mine(*note.Text, o) {
		answer.Needs = append(answer.Needs, minedNeed{f.Code, f.Kind, f.Evidence, f.Confidence})
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(answer)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}
