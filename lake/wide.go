package lake

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"strconv"
	"strings"
)

// The kinds that only entities with a base have.

func (f *Field) float(s string) (Cell, error) {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
		return "", f.wrong("number_invalid", s, "This is no number.")
	}
	return Cell(strconv.FormatFloat(n, 'f', -1, 64)), nil
}

// json gives the one form of a JSON value: without spaces, members in the order of their
// names, numbers as they are written. Databases keep it in forms of their own.
func (f *Field) json(s string) (Cell, error) {
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	if _, more := d.Token(); err != nil || more != io.EOF {
		return "", f.wrong("json_invalid", s, "This is no JSON.")
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "", f.wrong("json_invalid", s, "This is no JSON.")
	}
	return Cell(strings.TrimSuffix(b.String(), "\n")), nil
}

func (f *Field) vector(s string) (Cell, error) {
	var list []float32
	if err := json.Unmarshal([]byte(s), &list); err != nil {
		return "", f.wrong("vector_invalid", s, "This is no list of numbers such as [0.1,0.2].")
	}
	parts := make([]string, len(list))
	for i, n := range list {
		parts[i] = strconv.FormatFloat(float64(n), 'f', -1, 32)
	}
	return Cell("[" + strings.Join(parts, ",") + "]"), nil
}
