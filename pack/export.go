package pack

import (
	"archive/zip"
	"bytes"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Export writes a pack as files: pack.yaml, and one file per section. Loading them
// gives an equal pack; the order of items, and with it every diff, stays.
func Export(p *Pack) (map[string][]byte, error) {
	out := map[string][]byte{}
	v := reflect.ValueOf(p).Elem()
	for i := range v.NumField() {
		name, _ := yamlName(v.Type().Field(i))
		if f := v.Field(i); f.Kind() == reflect.Slice && f.Len() == 0 {
			continue
		}
		text, err := encode(map[string]any{name: v.Field(i).Interface()})
		if err != nil {
			return nil, fmt.Errorf("pack %s: %s: %w", p.Meta.ID, name, err)
		}
		out[name+".yaml"] = text
	}
	return out, nil
}

// ExportZip is Export as an archive that LoadZip reads. Equal packs give equal bytes.
func ExportZip(p *Pack) ([]byte, error) {
	files, err := Export(p)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		// Without a time, so that equal packs give equal bytes.
		w, err := z.CreateHeader(&zip.FileHeader{Name: p.Meta.ID + "/" + name, Method: zip.Deflate})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(files[name]); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func encode(v any) ([]byte, error) {
	var out bytes.Buffer
	e := yaml.NewEncoder(&out)
	e.SetIndent(2)
	if err := e.Encode(node(reflect.ValueOf(v))); err != nil {
		return nil, err
	}
	if err := e.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// node builds the YAML of a value: keys in the order of the fields, what is optional
// and empty left out.
func node(v reflect.Value) *yaml.Node {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return node(v.Elem())
	case reflect.Struct:
		n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		for i := range v.NumField() {
			name, optional := yamlName(v.Type().Field(i))
			if f := v.Field(i); !optional || !f.IsZero() && (f.Kind() != reflect.Slice || f.Len() > 0) {
				n.Content = append(n.Content, scalar("!!str", name), node(f))
			}
		}
		return n
	case reflect.Slice:
		n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for i := range v.Len() {
			n.Content = append(n.Content, node(v.Index(i)))
		}
		return n
	case reflect.Map:
		n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, k := range keys {
			n.Content = append(n.Content, scalar("!!str", k.String()), node(v.MapIndex(k)))
		}
		return n
	case reflect.Bool:
		return scalar("!!bool", strconv.FormatBool(v.Bool()))
	case reflect.Int:
		return scalar("!!int", strconv.FormatInt(v.Int(), 10))
	case reflect.Float64:
		if x := v.Float(); x == math.Trunc(x) {
			return scalar("!!int", Number(x).String())
		}
		return scalar("!!float", Number(v.Float()).String())
	}
	return scalar("!!str", v.String())
}

// scalar writes texts of several lines as blocks where that is safe: indented or empty
// first lines, tabs and blanks at line ends don't survive in a block.
func scalar(tag, value string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value}
	switch {
	case tag != "!!str":
	case strings.Contains(value, "\n"):
		n.Style = yaml.LiteralStyle
		for i, line := range strings.Split(value, "\n") {
			if i == 0 && line == "" || strings.TrimSpace(line) != line || strings.Contains(line, "\t") {
				n.Style = yaml.DoubleQuotedStyle
			}
		}
	case slices.Contains([]string{"y", "n", "yes", "no", "on", "off", "<<", "="}, strings.ToLower(value)):
		n.Style = yaml.DoubleQuotedStyle // truth values to older readers, merge and default keys
	}
	return n
}
