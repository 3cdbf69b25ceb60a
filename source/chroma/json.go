package chroma

import (
	"bytes"
	"encoding/json"
	"strings"
)

// canonical writes an object with sorted members and numbers as they came.
func canonical(b []byte) (string, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return "", err
	}
	out := strings.Builder{}
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return out.String(), err
}
