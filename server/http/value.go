package httpapi

import (
	"bytes"
	"encoding/json"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"headwater/lake"
)

// Value is one cell as JSON: a number for integers, a boolean, an object for money,
// text for everything else, null for an empty cell.
type Value struct{ JSON any }

// MarshalJSON implements json.Marshaler.
func (v Value) MarshalJSON() ([]byte, error) { return json.Marshal(v.JSON) }

// UnmarshalJSON keeps numbers as they are written.
func (v *Value) UnmarshalJSON(b []byte) error { return exact(b, &v.JSON) }

// Schema implements huma.SchemaProvider.
func (Value) Schema(r huma.Registry) *huma.Schema { return cellSchema(r) }

// Values are cells by field.
type Values map[lake.FieldName]any

// UnmarshalJSON keeps numbers as they are written.
func (v *Values) UnmarshalJSON(b []byte) error { return exact(b, (*map[lake.FieldName]any)(v)) }

// Schema implements huma.SchemaProvider.
func (Values) Schema(r huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: cellSchema(r), Description: "Cells by field; an empty cell is null or absent."}
}

func exact(b []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	return d.Decode(into)
}

// cellSchema is the component Cell.
func cellSchema(r huma.Registry) *huma.Schema {
	const name = "Cell"
	if _, ok := r.Map()[name]; !ok {
		money := r.Schema(reflect.TypeFor[lake.MoneyJSON](), true, "Money")
		r.Map()[name] = &huma.Schema{
			Description: "One cell: text (also decimal, date, timestamp, enum, reference), integer, boolean, money, or null when empty.",
			AnyOf:       []*huma.Schema{{Type: huma.TypeString}, {Type: huma.TypeNumber}, {Type: huma.TypeBoolean}, money, {Type: "null"}},
		}
		r.Map()[name].PrecomputeMessages()
	}
	return &huma.Schema{Ref: "#/components/schemas/" + name}
}

// valueOf shows a cell of a field.
func valueOf(f *lake.Field, c lake.Cell) Value { return Value{f.Kind.JSON(c)} }

// valuesOf shows a record's cells; fields that the schema doesn't know are left out.
func valuesOf(e *lake.Entity, cells lake.Cells) Values {
	out := make(Values, len(cells))
	for n, c := range cells {
		if f, ok := e.Column(n); ok && c != "" {
			out[n] = f.Kind.JSON(c)
		}
	}
	return out
}

// cellsOf checks cells that came in.
func cellsOf(e *lake.Entity, in Values) (lake.Cells, error) {
	out := make(lake.Cells, len(in))
	for n, v := range in {
		f, ok := e.Field(n)
		if !ok {
			return nil, lake.Fail(lake.ErrInvalid, "field_unknown", "The entity "+string(e.Name)+" has no field "+string(n)+".", "entity", e.Name, "field", n)
		}
		c, err := f.FromJSON(v)
		if err != nil {
			return nil, err
		}
		out[n] = c
	}
	return out, nil
}

// orNull is a T or null.
type orNull[T any] struct{ Value *T }

// MarshalJSON implements json.Marshaler.
func (o orNull[T]) MarshalJSON() ([]byte, error) { return json.Marshal(o.Value) }

// UnmarshalJSON implements json.Unmarshaler.
func (o *orNull[T]) UnmarshalJSON(b []byte) error { return json.Unmarshal(b, &o.Value) }

// Schema implements huma.SchemaProvider.
func (orNull[T]) Schema(r huma.Registry) *huma.Schema {
	return &huma.Schema{AnyOf: []*huma.Schema{r.Schema(reflect.TypeFor[T](), true, ""), {Type: "null"}}}
}

// givenOrNull is a T, null, or absent.
type givenOrNull[T any] struct {
	given bool
	value *T
}

// UnmarshalJSON implements json.Unmarshaler; it isn't called when the value is absent.
func (g *givenOrNull[T]) UnmarshalJSON(b []byte) error {
	g.given = true
	return json.Unmarshal(b, &g.value)
}

// Schema implements huma.SchemaProvider.
func (givenOrNull[T]) Schema(r huma.Registry) *huma.Schema { return orNull[T]{}.Schema(r) }
