package filter

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"headwater/lake"
)

var schema = lake.NewSchema([]lake.Entity{
	{Name: "users", Title: "name", Directory: true, Fields: []lake.Field{{Name: "name", Kind: lake.Text}}},
	{Name: "accounts", Title: "name", Fields: []lake.Field{
		{Name: "name", Kind: lake.Text}, {Name: "industry", Kind: lake.Text},
		{Name: "owner", Kind: lake.Reference, Target: lake.Users},
	}},
	{Name: "deals", Title: "name", Fields: []lake.Field{
		{Name: "name", Kind: lake.Text}, {Name: "email", Kind: lake.Email},
		{Name: "stage", Kind: lake.Enum, Options: []lake.Option{
			{Name: "open", Label: lake.Label{ZH: "进行中", EN: "Open"}},
			{Name: "won", Label: lake.Label{ZH: "赢单", EN: "Won"}}, {Name: "lost", Label: lake.Label{ZH: "输单", EN: "Lost"}}}},
		{Name: "amount", Kind: lake.Money}, {Name: "seats", Kind: lake.Integer}, {Name: "rate", Kind: lake.Decimal},
		{Name: "hot", Kind: lake.Boolean}, {Name: "due", Kind: lake.Date}, {Name: "met", Kind: lake.Timestamp},
		{Name: "account", Kind: lake.Reference, Target: "accounts"},
		{Name: "owner", Kind: lake.Reference, Target: lake.Users},
	}},
})

var env = Env{Now: time.Date(2026, 11, 21, 8, 30, 0, 0, time.UTC), Zone: time.FixedZone("CST", 8*3600), Me: "u1"}

func deals() *lake.Entity { e, _ := schema.Entity("deals"); return e }

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		``:                                   ``,
		`stage = won`:                        `stage = won`,
		`stage = 赢单`:                         `stage = won`,
		`stage=Lost`:                         `stage = lost`,
		`stage = (won OR lost)`:              `stage = (won OR lost)`,
		`stage != (won OR lost)`:             `NOT stage = (won OR lost)`,
		`stage:won`:                          `stage = won`,
		`seats > 5 AND seats <= 1e2`:         `seats > 5 AND seats <= 100`,
		`a b`:                                `name:"a" AND name:"b"`,
		`a OR b c`:                           `(name:"a" OR name:"b") AND name:"c"`,
		`a AND b OR c`:                       `name:"a" AND (name:"b" OR name:"c")`,
		`阿里 "New York"`:                      `name:"阿里" AND name:"New York"`,
		`-email:*`:                           `NOT email:*`,
		`NOT (hot = 是 OR rate < -0.50)`:      `NOT (hot = true OR rate < -0.5)`,
		`seats = (-5 OR 6)`:                  `seats = (-5 OR 6)`,
		`amount > 1000`:                      `amount > 1000`,
		`amount > "1000.50 cny"`:             `amount > "1000.5 CNY"`,
		`account.industry = "制造"`:            `account.industry = "制造"`,
		`owner.name:王`:                       `owner.name:"王"`,
		`owner = me()`:                       `owner = u1`,
		`name = 'a "b" \'c\''`:               `name = "a \"b\" 'c'"`,
		`name = ""`:                          `NOT name:*`,
		`due != null`:                        `due:*`,
		`due = today(1)`:                     `due = 2026-11-22`,
		`due < days_ago(30)`:                 `due < 2026-10-22`,
		`due >= start_of("week")`:            `due >= 2026-11-16`,
		`due >= start_of("month", -1)`:       `due >= 2026-10-01`,
		`due >= start_of('quarter', 1)`:      `due >= 2027-01-01`,
		`due >= start_of("year", 0)`:         `due >= 2026-01-01`,
		`met < now()`:                        `met < 2026-11-21T08:30:00Z`,
		`met >= 2026-11-21T08:30:00+08:00`:   `met >= 2026-11-21T00:30:00Z`,
		`met >= "2026-11-21 08:30"`:          `met >= 2026-11-21T00:30:00Z`,
		`met = 2026-11-21`:                   `met >= 2026-11-20T16:00:00Z AND met < 2026-11-21T16:00:00Z`,
		`met > today()`:                      `met >= 2026-11-21T16:00:00Z`,
		`created_at <= "2026-11-21"`:         `created_at < 2026-11-21T16:00:00Z`,
		`updated_at > 2026-11-01 AND id:"x"`: `updated_at >= 2026-11-01T16:00:00Z AND id:"x"`,
		`email:"@qq.com"`:                    `email:"@qq.com"`,
		`name:("甲" OR "乙")`:                  `name:"甲" OR name:"乙"`,
	} {
		x, err := Parse(text, schema, deals(), env)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		got := strings.ReplaceAll(Format(x, deals()), `"2026-`, `2026-`)
		if got = strings.ReplaceAll(got, `Z"`, `Z`); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}

func TestMistakesAreExplained(t *testing.T) {
	for text, want := range map[string][2]string{ // position, reason
		`stage = maybe`:          {"9", "value"},
		`stge = won`:             {"1", "field_unknown"},
		`name = 阿里 AND 行业 = x`:   {"15", "field_unknown"},
		`stage > won`:            {"7", "operator"},
		`(stage = won`:           {"13", "syntax"},
		`stage = won)`:           {"12", "syntax"},
		`stage =`:                {"8", "syntax"},
		`AND`:                    {"1", "syntax"},
		`a OR`:                   {"5", "syntax"},
		`name = "open`:           {"8", "syntax"},
		`due = nope()`:           {"7", "function_unknown"},
		`due = today(x)`:         {"13", "value"},
		`due = start_of("hour")`: {"7", "value"},
		`seats = 1.5`:            {"9", "value"},
		`hot:maybe`:              {"5", "value"},
		`seats = me()`:           {"9", "value"},
		`name ! x`:               {"6", "syntax"},
		`account.foo = 1`:        {"1", "field_unknown"},
		`name.foo = 1`:           {"1", "field_unknown"},
		`due < ""`:               {"7", "value"},
		`due > today(9999999)`:   {"13", "value"},
		strings.Repeat("(", 60) + "a" + strings.Repeat(")", 60): {"41", "too_deep"},
		strings.Repeat("a ", MaxLength):                         {"1", "too_long"},
		strings.Repeat("a ", MaxTerms+1):                        {"2001", "too_long"},
	} {
		_, err := Parse(text, schema, deals(), env)
		var e *lake.Error
		if !errors.As(err, &e) || e.Family != lake.ErrInvalid || e.Code != "filter_invalid" {
			t.Errorf("%.40s: %v", text, err)
			continue
		}
		if e.Params["position"] != want[0] || e.Params["reason"] != want[1] {
			t.Errorf("%.40s: position %s, reason %s, want %v: %s", text, e.Params["position"], e.Params["reason"], want, e.Detail)
		}
	}
}

// conditions draws what Parse can give.
func conditions(depth int) *rapid.Generator[lake.Expr] {
	return rapid.Custom(func(t *rapid.T) lake.Expr {
		kind := rapid.IntRange(0, 5).Draw(t, "kind")
		if depth == 0 {
			kind %= 3
		}
		switch kind {
		case 0:
			c := comparison().Draw(t, "c")
			if c.Op == lake.NE || c.Op == lake.EQ && rapid.Bool().Draw(t, "in") {
				return lake.In{Path: c.Path, Values: []lake.Cell{c.Value, c.Value}}
			}
			return c
		case 1:
			return lake.Present{Path: comparison().Draw(t, "c").Path}
		case 2:
			return comparison().Draw(t, "c")
		case 3:
			return lake.Not{E: conditions(depth-1).Draw(t, "x")}
		}
		all := rapid.SliceOfN(conditions(depth-1), 2, 4).Draw(t, "all")
		if kind == 4 {
			return lake.And(all)
		}
		return lake.Or(all)
	})
}

func comparison() *rapid.Generator[lake.Compare] {
	texts := rapid.StringMatching(`[a-c\\"' \n\t():*阿里null-]{1,8}`)
	return rapid.Custom(func(t *rapid.T) lake.Compare {
		c := rapid.SampledFrom([]lake.Compare{
			{Path: lake.Path{"stage"}, Value: "won"}, {Path: lake.Path{"seats"}, Value: "-5"}, {Path: lake.Path{"amount"}, Value: "12.5"},
			{Path: lake.Path{"amount"}, Value: "-12.5 CNY"}, {Path: lake.Path{"hot"}, Value: "true"}, {Path: lake.Path{"due"}, Value: "2026-01-31"},
			{Path: lake.Path{"met"}, Value: "2026-01-31T00:00:00.25Z"}, {Path: lake.Path{"account", "industry"}, Value: "AND"},
			{Path: lake.Path{"owner"}, Value: "u(1"},
		}).Draw(t, "c")
		c.Op = lake.EQ
		f, _ := deals().Column(c.Path[0])
		if len(c.Path) == 2 || rapid.Bool().Draw(t, "text") {
			c.Path, c.Op = lake.Path{"name"}, rapid.SampledFrom([]lake.Op{lake.Has, lake.EQ, lake.GT}).Draw(t, "op")
			c.Value = lake.Cell(texts.Draw(t, "value"))
		} else if f.Kind != lake.Enum && f.Kind != lake.Reference && f.Kind != lake.Boolean {
			c.Op = rapid.SampledFrom([]lake.Op{lake.EQ, lake.NE, lake.LT, lake.LE, lake.GT, lake.GE}).Draw(t, "op")
		}
		return c
	})
}

func TestFormatParsesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := conditions(3).Draw(t, "x")
		text := Format(x, deals())
		y, err := Parse(text, schema, deals(), env)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if !reflect.DeepEqual(x, y) {
			t.Fatalf("%s\n was %#v\n is %#v", text, x, y)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`stage = (won OR lost)`, `-a "b" due < today(-3)`, `account.name:阿里 AND NOT x`, `(((`, `amount > "1 CNY"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		x, err := Parse(text, schema, deals(), env)
		if err != nil {
			if !errors.Is(err, lake.ErrInvalid) {
				t.Fatal(err)
			}
			return
		}
		formatted := Format(x, deals())
		if len(formatted) > MaxLength {
			return
		}
		y, err := Parse(formatted, schema, deals(), env)
		if err != nil || !reflect.DeepEqual(x, y) {
			t.Fatalf("%q → %q → %#v, was %#v, %v", text, formatted, y, x, err)
		}
	})
}

func TestEval(t *testing.T) {
	cells := lake.Cells{"name": "阿里ＡＢＣ", "stage": "won", "amount": "1000.5 CNY", "seats": "10", "met": "2026-11-21T00:00:05.25Z"}
	get := func(p lake.Path) (lake.Cell, lake.Kind) {
		f, _ := deals().Column(p[0])
		return cells[p[0]], f.Kind
	}
	for text, want := range map[string]bool{
		`name:abc`: true, `name = abc`: false, `email = "a@b.cn"`: false, `NOT email = "a@b.cn"`: true, `email != "a@b.cn"`: true,
		`due < 2026-01-01`: false, `NOT due < 2026-01-01`: true, `amount > 999`: true, `amount > "999 USD"`: false, `amount = 1000.5`: true,
		`amount != "1000.5 USD"`: true, `seats > 9`: true, `met > "2026-11-21T00:00:05Z"`: true, `due:*`: false, `stage = (won OR lost)`: true,
		`stage != (won OR lost)`: false, `due != (2026-01-01 OR 2026-01-02)`: true,
	} {
		x, err := Parse(text, schema, deals(), env)
		if err != nil {
			t.Fatal(err)
		}
		if Eval(x, get) != want {
			t.Errorf("%s isn't %v", text, want)
		}
	}
}
