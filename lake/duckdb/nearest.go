package duckdb

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"headwater/lake"
)

// nearest('entity', 'field', [0.1, …], k, 'l2') is a table in SQL: the k records whose
// vector is nearest, with their distance. Metrics: l2, cosine, ip (the negative inner
// product).

// MaxNearest is how many records nearest gives at most.
const MaxNearest = 10_000

var distances = map[string]string{"l2": "list_distance", "cosine": "list_cosine_distance", "ip": "list_negative_inner_product"}

type nearestCall struct {
	field  lake.FieldName
	vector any // the expression
	k      int
	metric string
}

// nearestTable puts a table in the place of a call of nearest.
func (s *sandbox) nearestTable(x, f map[string]any) (bool, error) {
	args := list(f["children"])
	if !strings.EqualFold(str(f["function_name"]), "nearest") || s.name == nil {
		return false, nil
	}
	wrong := invalidSQL("nearest takes an entity, a field, a list of numbers, how many, and, if you like, l2, cosine or ip.")
	if len(args) < 4 || len(args) > 5 {
		return true, wrong
	}
	if err := s.walk("nearest", args, nil); err != nil {
		return true, err
	}
	entity, ok1 := textConstant(args[0])
	field, ok2 := textConstant(args[1])
	k, ok3 := whole(args[3])
	n := &nearestCall{field: lake.FieldName(strings.ToLower(field)), vector: args[2], k: int(k), metric: "l2"}
	if len(args) == 5 {
		metric, ok := textConstant(args[4])
		if n.metric = strings.ToLower(metric); !ok || distances[n.metric] == "" {
			return true, wrong
		}
	}
	if !ok1 || !ok2 || !ok3 || k < 1 || k > MaxNearest {
		return true, wrong
	}
	e, err := s.schema.Entity(lake.EntityName(strings.ToLower(entity)))
	if err != nil || e.Internal {
		return true, tableUnknown(entity)
	}
	table := naming{table: s.name(), entity: e.Name, nearest: n}
	s.named = append(s.named, table)
	alias := str(x["alias"])
	if alias == "" {
		alias = "nearest"
	}
	delete(x, "function")
	delete(x, "with_ordinality")
	x["type"], x["table_name"], x["alias"], x["schema_name"], x["catalog_name"], x["at_clause"] = "BASE_TABLE", table.table, alias, "", "", nil
	return true, nil
}

func textConstant(x any) (string, bool) {
	v := object(object(x)["value"])
	t, ok := v["value"].(string)
	return t, ok && str(object(v["type"])["id"]) == "VARCHAR"
}

// nearest is the relation of a call: chosen by the source where nothing but the source's
// rows decides, otherwise here.
func (h *homes) nearest(v lake.View, ent *lake.Entity, n *nearestCall) (string, error) {
	if h.restricted(v, ent) != nil {
		return "", tableUnknown(string(ent.Name))
	}
	f, ok := ent.Field(n.field)
	if !ok || h.hidden(v, ent, n.field) {
		return "", fieldUnknown(ent, n.field)
	}
	if f.Kind != lake.Vector {
		return "", lake.Fail(lake.ErrInvalid, "field_no_vector", "The field "+string(f.Name)+" holds no vectors.", "field", f.Name)
	}
	vector, err := h.vector(n.vector)
	if err != nil {
		return "", err
	}
	call := &lake.Nearest{Column: column0(f), Vector: vector, K: n.k, Metric: n.metric}
	distance := "distance"
	if _, taken := ent.Field("distance"); taken {
		distance = "nearest_distance"
	}
	over := overlaying{}
	if ent.Overlaid() {
		if over, err = h.overlay(v, ent); err != nil {
			return "", err
		}
	}
	_, kept := v.Copies[ent.Name]
	if ent.Home.Kind == lake.Foreign && !kept && over.count == 0 {
		return h.nearestThere(v, ent, f, call, distance)
	}
	text, err := h.relation(v, ent)
	if err != nil {
		return "", err
	}
	return "SELECT " + strings.Join(personalColumns(ent), ", ") + ", " + distanceTo(call, quote(string(f.Name))) + " AS " + distance +
		" FROM (" + text + ") WHERE " + distance + " IS NOT NULL ORDER BY " + distance + ", id LIMIT " + strconv.Itoa(n.k), nil
}

func (h *homes) nearestThere(v lake.View, ent *lake.Entity, f *lake.Field, call *lake.Nearest, distance string) (string, error) {
	if err := h.floating(v, ent); err != nil {
		return "", err
	}
	s, err := h.scan(ent, "")
	if err != nil {
		return "", err
	}
	s.nearest, s.vector = call, slices.IndexFunc(ent.Fields, func(g lake.Field) bool { return g.Name == f.Name })
	id := keyText(keyFields(ent), func(f *lake.Field) string {
		return "c" + strconv.Itoa(slices.IndexFunc(ent.Fields, func(g lake.Field) bool { return g.Name == f.Name }))
	})
	return "SELECT " + strings.Join(personalColumns(ent), ", ") + ", distance AS " + distance + " FROM (SELECT b.id, b.created_at, b.updated_at" + listed(h.shown(v, ent, "b")) +
		", b.distance FROM (SELECT " + id + " AS id, NULL::TIMESTAMP AS created_at, NULL::TIMESTAMP AS updated_at" + listed(s.fieldsOf()) + ", distance FROM " + s.name + ") AS b)", nil
}

// vector evaluates the list of a call.
func (h *homes) vector(x any) ([]float32, error) {
	text, err := h.constant(x)
	if err != nil {
		return nil, err
	}
	var raw any
	if err := h.conn.QueryRowContext(h.ctx, "SELECT x::FLOAT[] FROM ("+text+") AS c(x)").Scan(&raw); err != nil {
		return nil, personError(err)
	}
	values, _ := raw.([]any)
	out := make([]float32, len(values))
	for i, v := range values {
		n, ok := v.(float32)
		if !ok {
			return nil, invalidSQL("A vector holds numbers only.")
		}
		out[i] = n
	}
	if len(out) == 0 {
		return nil, invalidSQL("A vector isn't empty.")
	}
	return out, nil
}

// distanceTo is the distance of a column's vector; NULL where it has other dimensions.
func distanceTo(n *lake.Nearest, x string) string {
	values := make([]string, len(n.Vector))
	for i, v := range n.Vector {
		values[i] = strconv.FormatFloat(float64(v), 'g', -1, 32)
	}
	return fmt.Sprintf("CASE WHEN len(%[1]s::FLOAT[]) = %[2]d THEN %[3]s(%[1]s::FLOAT[], [%[4]s]::FLOAT[])::DOUBLE END",
		x, len(values), distances[n.Metric], strings.Join(values, ", "))
}

// choose keeps the nearest of a scan's rows. The source has chosen them already, or
// hasn't: then the distance is computed here.
func (s *scan) choose(columns []string, from, given string) string {
	distance := given
	if distance == "" {
		distance = distanceTo(s.nearest, "c"+strconv.Itoa(s.vector))
	} else {
		distance += "::DOUBLE"
	}
	inner := "SELECT " + strings.Join(columns, ", ")
	if given != "" {
		inner += ", " + given
	}
	return "(SELECT *" + map[bool]string{true: " EXCLUDE (" + given + ")", false: ""}[given != ""] + ", " + distance + " AS distance FROM (" + inner + " FROM " + from +
		") WHERE distance IS NOT NULL ORDER BY distance LIMIT " + strconv.Itoa(s.nearest.K) + ")"
}
