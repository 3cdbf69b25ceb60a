package chroma

import (
	"context"
	"net/url"
	"strconv"

	"headwater/lake"
)

// collection is what the server says about one.
type collection struct {
	ID            string
	Name          string
	Dimension     *int
	Configuration struct {
		HNSW  *space `json:"hnsw"`
		SPANN *space `json:"spann"`
	} `json:"configuration_json"`
	Metadata map[string]any
}

type space struct {
	Space string `json:"space"`
}

// metric is l2, cosine or ip; "" when the server doesn't say.
func (c *collection) metric() string {
	for _, s := range []*space{c.Configuration.HNSW, c.Configuration.SPANN} {
		if s != nil && s.Space != "" {
			return s.Space
		}
	}
	return ""
}

// listed is how many collections are asked for at once.
const listed = 200

func (c *connector) collections(ctx context.Context) ([]collection, error) {
	var out []collection
	for {
		var page []collection
		q := url.Values{"limit": {strconv.Itoa(listed)}, "offset": {strconv.Itoa(len(out))}}
		if err := c.call(ctx, c.base+"/collections?"+q.Encode(), nil, &page); err != nil {
			return nil, err
		}
		out = append(out, page...)
		if len(page) < listed {
			return out, nil
		}
	}
}

func (c *connector) collection(ctx context.Context, name string) (*collection, error) {
	var out collection
	if err := c.call(ctx, c.base+"/collections/"+url.PathEscape(name), nil, &out); err != nil {
		return nil, err
	}
	if out.Name != name { // it may also be found by its id
		return nil, lake.Fail(lake.ErrNotFound, "source_table_unknown", "The source has no collection "+name+".", "source", c.name, "table", name)
	}
	return &out, nil
}

func (c *connector) count(ctx context.Context, id string) (n int64, err error) {
	err = c.call(ctx, c.base+"/collections/"+id+"/count", nil, &n)
	return n, err
}

// Tables lists the collections, with their sizes.
func (c *connector) Tables(ctx context.Context) ([]lake.SourceTable, error) {
	list, err := c.collections(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]lake.SourceTable, len(list))
	for i := range list {
		if out[i], err = c.entry(ctx, &list[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (c *connector) entry(ctx context.Context, k *collection) (lake.SourceTable, error) {
	n, err := c.count(ctx, k.ID)
	label, _ := k.Metadata["description"].(string)
	return lake.SourceTable{Name: k.Name, Label: label, Rows: n, Bytes: -1}, err
}

// Table describes a collection: all have the same columns.
func (c *connector) Table(ctx context.Context, name string) (*lake.SourceTable, error) {
	k, err := c.collection(ctx, name)
	if err != nil {
		return nil, err
	}
	out, err := c.entry(ctx, k)
	native := "vector"
	if k.Dimension != nil {
		native += "(" + strconv.Itoa(*k.Dimension) + ")"
	}
	out.Columns = []lake.SourceColumn{
		{Name: "id", Native: "string", Type: "VARCHAR", Kind: lake.Text},
		{Name: "document", Native: "string", Type: "VARCHAR", Kind: lake.Text, Nullable: true},
		{Name: "embedding", Native: native, Type: "FLOAT[]", Kind: lake.Vector, Nullable: true, Label: k.metric()},
		{Name: "metadata", Native: "map", Type: "JSON", Kind: lake.JSON, Nullable: true},
	}
	out.Key = []string{"id"}
	return &out, err
}
