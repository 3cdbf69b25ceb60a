package intake

import (
	"strconv"

	"headwater/lake"
)

func itoa(n int) string { return strconv.Itoa(n) }

// linkFound is how the values of a column are found among the records of a target.
type linkFound struct {
	by     lake.FieldName
	hits   map[string]bool // values that a record holds
	target lake.EntityName
}

// linkFields are the fields by which other systems refer to records, beside the title.
var linkFields = []lake.FieldName{lake.FieldID, "external_id", "email", "code", "domain"}

// links looks the values of columns up among the records of the entities that the
// entity refers to: to learn by which field columns link, and to find columns whose
// contents are keys of other entities. Each entity is scanned once.
func (s *suggester) links() error {
	s.found = map[int]linkFound{}
	targets := map[lake.EntityName][]int{}
	for j := range s.entity.Fields {
		f := &s.entity.Fields[j]
		if f.Kind != lake.Reference || s.reader.Rights().MaskedField(s.entity.Name, f.Name) {
			continue
		}
		for i, p := range s.columns {
			name := s.plan.Columns[i].Field
			if name == f.Name || name == "" && !s.filled(f.Name) && p.linkLike() {
				targets[f.Target] = append(targets[f.Target], i)
			}
		}
	}
	for target, columns := range targets {
		if err := s.lookUp(target, columns); err != nil {
			return err
		}
	}
	s.byKeys()
	return nil
}

// linkLike tells whether a column without a field may hold references: words or codes
// that repeat or look like keys, no numbers, days or long texts.
func (p *profile) linkLike() bool {
	return p.filled > 0 && p.longest <= 120 && !p.lines && p.share(p.numbers.numbers) < 0.5 && p.share(p.dates.dates()) < 0.5 && p.share(p.booleans) < 0.5
}

// lookUp counts, per column and field, the values that records of the target hold.
func (s *suggester) lookUp(name lake.EntityName, columns []int) error {
	target, err := s.reader.Schema().Entity(name)
	if err != nil {
		return err
	}
	fields := []lake.FieldName{target.Title}
	for _, f := range linkFields {
		if _, ok := target.Column(f); ok && f != target.Title {
			fields = append(fields, f)
		}
	}
	type want struct {
		column int
		value  string
	}
	wanted := map[lake.FieldName]map[string][]want{}
	hits := map[int]map[lake.FieldName]map[string]bool{}
	for _, f := range fields {
		wanted[f] = map[string][]want{}
		for _, i := range columns {
			if hits[i] == nil {
				hits[i] = map[lake.FieldName]map[string]bool{}
			}
			hits[i][f] = map[string]bool{}
			for v := range s.columns[i].counts {
				k := foldFor(f)(v)
				wanted[f][k] = append(wanted[f][k], want{i, v})
			}
		}
	}
	err = s.reader.Scan(s.ctx, name, func(rec lake.Record) error {
		for _, f := range fields {
			v := string(rec.Cells[f])
			if f == lake.FieldID {
				v = string(rec.Key)
			}
			if v == "" {
				continue
			}
			for _, w := range wanted[f][foldFor(f)(v)] {
				hits[w.column][f][w.value] = true
			}
		}
		return s.ctx.Err()
	})
	if err != nil {
		return err
	}
	for _, i := range columns {
		s.choose(i, target, fields, hits[i])
	}
	return nil
}

// choose picks the field that finds most values; without any, the form of the values
// decides.
func (s *suggester) choose(i int, target *lake.Entity, fields []lake.FieldName, hits map[lake.FieldName]map[string]bool) {
	best := fields[0]
	for _, f := range fields {
		if len(hits[f]) > len(hits[best]) {
			best = f
		}
	}
	if old, known := s.found[i]; known && len(old.hits) >= len(hits[best]) && s.plan.Columns[i].Field == "" {
		return // another target has more
	}
	found := linkFound{by: best, hits: hits[best], target: target.Name}
	if len(hits[best]) == 0 {
		found.by = s.guessBy(s.columns[i], target)
	}
	s.found[i] = found
}

// guessBy tells by what a column links when no record is there yet.
func (s *suggester) guessBy(p *profile, target *lake.Entity) lake.FieldName {
	has := func(f lake.FieldName) bool { _, ok := target.Field(f); return ok }
	k := heading(p.heading)
	switch {
	case p.share(p.emails) > 0.5 && has("email"):
		return "email"
	case has("external_id") && (p.share(p.ids) > 0.5 || hasSuffix(k, "id", "编号", "编码", "number", "no") && !hasSuffix(k, "paid")):
		return "external_id"
	}
	return target.Title
}

func hasSuffix(s string, ends ...string) bool {
	for _, e := range ends {
		if len(s) > len(e) && s[len(s)-len(e):] == e {
			return true
		}
	}
	return false
}

// byKeys maps columns without a telling heading whose values are records of another
// entity.
func (s *suggester) byKeys() {
	var claims []claim
	for j := range s.entity.Fields {
		f := &s.entity.Fields[j]
		if f.Kind != lake.Reference || s.filled(f.Name) {
			continue
		}
		for i, found := range s.found {
			p := s.columns[i]
			if s.plan.Columns[i].Field != "" || len(found.hits) == 0 || found.target != f.Target {
				continue
			}
			if share := p.share(len(found.hits)); share >= 0.8 && p.distinct() >= 2 {
				claims = append(claims, claim{i, f.Name, 0.65 * share})
			}
		}
	}
	s.assign(claims)
}
