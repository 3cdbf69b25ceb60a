package intake

import (
	"context"
	"io"
	"slices"
	"strings"

	"headwater/lake"
)

const (
	profileRows     = 50000 // rows that Suggest looks at
	profileDistinct = 4000  // distinct values remembered per column
	profileKept     = 2000  // whole rows kept
)

// profile is what the first rows of a file hold in one column.
type profile struct {
	heading string
	at      int
	rows    int
	filled  int            // neither empty nor a placeholder
	counts  map[string]int // distinct values, placeholders left out
	full    bool           // there are more distinct values than counts holds
	nothing map[string]int // placeholders, as written
	seen    map[sum]bool
	repeats int // rows whose value occurred before
	longest int
	lines   bool // a value has several lines

	dates    dateEvidence
	numbers  numberEvidence
	booleans int // distinct values that mean yes or no
	truths   int // those that mean yes
	emails   int
	urls     int
	phones   int
	ids      int // UUIDs
	codes    int // currencies
}

// profiles reads the first rows; kept are the very first of them.
func profiles(ctx context.Context, f *File) (list []*profile, kept [][]string, err error) {
	in, err := f.rows()
	if err != nil {
		return nil, nil, err
	}
	defer in.close()
	for i, h := range f.Sniffed.Columns {
		list = append(list, &profile{heading: h, at: i, counts: map[string]int{}, nothing: map[string]int{}, seen: map[sum]bool{}})
	}
	for in.n < profileRows {
		row, err := in.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, nil, fileError(err, f.Name)
		}
		if len(kept) < profileKept {
			kept = append(kept, row.Fields)
		}
		for _, p := range list {
			p.add(trim(row.Fields[p.at]))
		}
		if in.n%batchRows == 0 && ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
	}
	for _, p := range list {
		p.examine()
	}
	return list, kept, nil
}

func (p *profile) add(v string) {
	p.rows++
	switch {
	case v == "":
		return
	case placeholder(v):
		p.nothing[v]++
		return
	}
	p.filled++
	s := sumOf(v)
	if p.seen[s] {
		p.repeats++
	}
	p.seen[s] = true
	p.longest = max(p.longest, len(v))
	p.lines = p.lines || strings.Contains(v, "\n")
	if _, known := p.counts[v]; known || len(p.counts) < profileDistinct {
		p.counts[strings.Clone(v)]++
	} else {
		p.full = true
	}
}

// examine looks at the distinct values.
func (p *profile) examine() {
	p.seen = nil
	email, phone, url := lake.Field{Kind: lake.Email}, lake.Field{Kind: lake.Phone}, lake.Field{Kind: lake.URL}
	for v := range p.counts {
		if len(v) > 254 {
			continue
		}
		p.dates.add(v)
		p.numbers.add(v)
		if yes, ok := parseBoolean(v); ok {
			p.booleans++
			if yes == "true" {
				p.truths++
			}
		}
		if strings.IndexByte(v, '@') > 0 {
			if _, err := email.Canonical(plainAddress(v)); err == nil {
				p.emails++
			}
		} else if strings.Contains(v, "://") || strings.HasPrefix(v, "www.") {
			if _, err := url.Canonical(v); err == nil {
				p.urls++
			}
		}
		if _, err := phone.Canonical(v); err == nil && phoneLike(v) {
			p.phones++
		}
		if len(v) == 36 && strings.Count(v, "-") == 4 {
			p.ids++
		}
		if currencyOf(v) != "" {
			p.codes++
		}
	}
}

// phoneLike tells numbers to call from mere numbers: 7 digits or more, and a mark or
// the form of a Chinese mobile number.
func phoneLike(v string) bool {
	digits := 0
	for _, r := range v {
		if r >= '0' && r <= '9' {
			digits++
		}
	}
	if len(v) == 11 && digits == 11 && v[0] == '1' && v[1] >= '3' {
		return true
	}
	return digits >= 7 && digits <= 20 && (v[0] == '+' || v[0] == '(' || strings.Count(v, "-")+strings.Count(v, " ")+strings.Count(v, ".") >= 2 ||
		v[0] == '0' && strings.Count(v, "-") == 1) && p8601(v)
}

// p8601 refuses what is a date rather than a telephone number.
func p8601(v string) bool { return !(len(v) >= 10 && v[4] == '-' && v[7] == '-') }

// distinct is how many values there are.
func (p *profile) distinct() int { return len(p.counts) }

// share of n among the distinct values.
func (p *profile) share(n int) float64 {
	if len(p.counts) == 0 {
		return 0
	}
	return float64(n) / float64(len(p.counts))
}

// values are the distinct values, most frequent first.
func (p *profile) values() []string {
	out := make([]string, 0, len(p.counts))
	for v := range p.counts {
		out = append(out, v)
	}
	slices.SortFunc(out, func(a, b string) int {
		if p.counts[a] != p.counts[b] {
			return p.counts[b] - p.counts[a]
		}
		return strings.Compare(a, b)
	})
	return out
}

// unique tells that every row has a value and none repeats.
func (p *profile) unique() bool { return p.filled > 0 && p.filled == p.rows && p.repeats == 0 }

// nearlyUnique tells that the column numbers the rows, but for a few mistakes.
func (p *profile) nearlyUnique() bool {
	return p.filled > 0 && p.filled*50 >= p.rows*49 && p.repeats*20 <= p.filled
}

// kind is what a new field for the column would be.
func (p *profile) kind() lake.Kind {
	const most = 0.98
	switch n := p.distinct(); {
	case p.filled == 0:
		return lake.Text
	case p.share(p.booleans) == 1 && n <= 4 && !p.allDigits() && (n == 1 || p.truths > 0 && p.truths < n):
		return lake.Boolean
	case p.share(p.emails) >= most:
		return lake.Email
	case p.share(p.urls) >= most:
		return lake.URL
	case p.share(p.numbers.numbers) >= most && len(p.numbers.currencies) > 0:
		return lake.Money
	case p.share(p.phones) >= most && n > 3:
		return lake.Phone
	case p.share(p.dates.dates()) >= most && p.dates.timed > 0:
		return lake.Timestamp
	case p.share(p.dates.dates()) >= most:
		return lake.Date
	case p.share(p.numbers.numbers) >= most && p.leadingZeros():
		return lake.Text
	case p.share(p.numbers.numbers) >= most && p.numbers.whole == p.numbers.numbers && p.numbers.percent == 0 && p.longest <= 18:
		return lake.Integer
	case p.share(p.numbers.numbers) >= most && p.longest <= 26:
		return lake.Decimal
	case !p.full && n <= 20 && p.filled >= 20 && p.filled >= 5*n && p.longest <= 80 && !p.lines:
		return lake.Enum
	}
	return lake.Text
}

func (p *profile) allDigits() bool {
	for v := range p.counts {
		if v != "0" && v != "1" {
			return false
		}
	}
	return true
}

// leadingZeros tells that the numbers are codes.
func (p *profile) leadingZeros() bool {
	for v := range p.counts {
		if len(v) > 1 && v[0] == '0' && v[1] >= '0' && v[1] <= '9' {
			return true
		}
	}
	return false
}
