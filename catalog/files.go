package catalog

import (
	"context"
	"errors"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"headwater/lake"
	"headwater/source"
)

// Files is the name of the source that dropped files lie in. It is made with the first.
const Files = "files"

const fileMost = 4 << 30 // bytes

func (k *Catalog) filesURL() string {
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(k.dir)}).String()
}

// ownSource follows the data directory when it has been moved.
func (k *Catalog) ownSource(ctx context.Context) error {
	if k.sources == nil {
		return nil
	}
	i, err := k.sources.Get(ctx, Files)
	if errors.Is(err, lake.ErrNotFound) || err == nil && i.URL == k.filesURL() {
		return nil
	}
	if err == nil {
		if err = os.MkdirAll(k.dir, 0o700); err == nil {
			_, err = k.sources.Update(ctx, source.Spec{Name: Files, URL: k.filesURL(), Note: i.Note})
		}
	}
	if err != nil {
		k.log.Warn("the folder of dropped files can't be followed", "error", err)
	}
	return nil
}

// Drop keeps a file and declares an entity over it, under a name that may be "".
func (k *Catalog) Drop(ctx context.Context, p lake.Principal, branch string, name lake.EntityName, file string, body io.Reader) (lake.EntityName, []Note, error) {
	if name != "" {
		if err := lake.CheckEntityName(name); err != nil {
			return "", nil, err
		}
	}
	if _, err := k.lake.Trial(ctx, p, branch); err != nil { // before a large file is taken
		return "", nil, err
	}
	kept, err := k.keepFile(file, body)
	if err != nil {
		return "", nil, err
	}
	names, notes, err := k.declareFile(ctx, p, branch, name, kept)
	if err != nil {
		return "", nil, errors.Join(err, os.Remove(filepath.Join(k.dir, kept)))
	}
	return names[0], notes, nil
}

func (k *Catalog) declareFile(ctx context.Context, p lake.Principal, branch string, name lake.EntityName, kept string) ([]lake.EntityName, []Note, error) {
	_, err := k.sources.Get(ctx, Files)
	if errors.Is(err, lake.ErrNotFound) {
		_, err = k.sources.Add(ctx, source.Spec{Name: Files, URL: k.filesURL(), By: p.User, Note: "files that were dropped here"})
	}
	if err != nil {
		return nil, nil, err
	}
	table := kept
	if strings.EqualFold(filepath.Ext(kept), ".xlsx") {
		if table, err = k.firstSheet(ctx, kept); err != nil {
			return nil, nil, err
		}
	}
	return k.Declare(ctx, p, branch, []Wish{{Source: Files, Table: table, Name: name}})
}

// firstSheet finds the table of a workbook's first sheet.
func (k *Catalog) firstSheet(ctx context.Context, file string) (string, error) {
	list, err := k.sources.Tables(ctx, Files)
	if err != nil {
		return "", err
	}
	for _, t := range list {
		if t.Name == file || strings.HasPrefix(t.Name, file+"#") {
			return t.Name, nil
		}
	}
	return file, nil
}

// keepFile writes a file completely or not at all, under its own name where that is free.
func (k *Catalog) keepFile(name string, body io.Reader) (string, error) {
	if err := os.MkdirAll(k.dir, 0o700); err != nil {
		return "", diskError(err)
	}
	name = fileName(name)
	tmp, err := os.CreateTemp(k.dir, ".part-*")
	if err != nil {
		return "", diskError(err)
	}
	defer os.Remove(tmp.Name())
	size, err := io.Copy(tmp, io.LimitReader(body, fileMost+1))
	if err == nil && size > fileMost {
		err = lake.Fail(lake.ErrLimit, "upload_too_large", "The file is larger than 4 GiB.")
	}
	if err == nil && size == 0 {
		err = lake.Fail(lake.ErrInvalid, "empty_file", "The file is empty.")
	}
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		return "", diskError(err)
	}
	ext := filepath.Ext(name)
	for try := name; ; try = strings.TrimSuffix(name, ext) + "-" + string(lake.NewKey())[24:] + ext {
		if err = os.Link(tmp.Name(), filepath.Join(k.dir, try)); !errors.Is(err, os.ErrExist) {
			return try, diskError(err)
		}
	}
}

// fileName is a name that is only a name.
func fileName(s string) string {
	s = filepath.Base(strings.ReplaceAll(s, `\`, "/"))
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\#*?[]<>|:"`, r) || r < ' ' {
			return '_'
		}
		return r
	}, s)
	if s = strings.TrimLeft(s, "."); s == "" {
		return "file"
	}
	return s
}

func diskError(err error) error {
	if errors.Is(err, syscall.ENOSPC) {
		return lake.Fail(lake.ErrFull, "disk_full", "There is no room left on the disk.")
	}
	return err
}
