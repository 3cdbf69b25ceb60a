package intake

import (
	"testing"
	"time"
)

func TestDates(t *testing.T) {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ in, form, want string }{
		{"2026-03-05", "", "2026-03-05T00:00:00+08:00"}, {"2026/3/5", "", "2026-03-05T00:00:00+08:00"}, {"2026.03.05", "", "2026-03-05T00:00:00+08:00"},
		{"20260305", "", "2026-03-05T00:00:00+08:00"}, {"2026年3月5日", "", "2026-03-05T00:00:00+08:00"}, {"2026年3月5日 14时30分", "", "2026-03-05T14:30:00+08:00"},
		{"２０２６-０３-０５", "", "2026-03-05T00:00:00+08:00"}, {"26年3月5日", "", "2026-03-05T00:00:00+08:00"},
		{"05/03/2026", FormDMY, "2026-03-05T00:00:00+08:00"}, {"05/03/2026", FormMDY, "2026-05-03T00:00:00+08:00"}, {"5.3.26", FormDMY, "2026-03-05T00:00:00+08:00"},
		{"3/5/2026 2:30 PM", FormMDY, "2026-03-05T14:30:00+08:00"}, {"2026/3/5 下午2:30", "", "2026-03-05T14:30:00+08:00"}, {"2026-03-05 12:05 AM", "", "2026-03-05T00:05:00+08:00"},
		{"5 Mar 2026", "", "2026-03-05T00:00:00+08:00"}, {"Mar 5, 2026", "", "2026-03-05T00:00:00+08:00"}, {"05-Mar-26", "", "2026-03-05T00:00:00+08:00"},
		{"Thursday, March 5th, 2026", "", "2026-03-05T00:00:00+08:00"}, {"2026-03-05T14:30:00Z", "", "2026-03-05T14:30:00Z"}, {"2026-03-05 14:30:00.5 +0200", "", "2026-03-05T14:30:00.5+02:00"},
		{"46086", FormSerial, "2026-03-05T00:00:00+08:00"}, {"46086.5", FormSerial, "2026-03-05T12:00:00+08:00"}, {"1772720000", FormUnix, "2026-03-05T14:13:20Z"},
		{"1772720000123", FormUnix, "2026-03-05T14:13:20.123Z"}, {"26/3/5", FormYMD, "2026-03-05T00:00:00+08:00"},
		{"2026-02-30", "", ""}, {"30/02/2026", FormDMY, ""}, {"31/12/2026", FormMDY, ""}, {"待定", "", ""}, {"2026-03", "", ""}, {"12", "", ""}, {"2026-03-05x", "", ""},
		{"2026-03-05 25:00", "", ""}, {"0000-00-00", "", ""}, {"1/2/3/4", FormDMY, ""},
	} {
		m, ok := parseMoment(c.in, c.form, shanghai)
		got := ""
		if ok {
			got = m.Format(time.RFC3339Nano)
		}
		if got != c.want {
			t.Errorf("%q (%s) is %q, not %q", c.in, c.form, got, c.want)
		}
	}
}

func TestDateEvidence(t *testing.T) {
	for _, c := range []struct {
		form    string
		guessed bool
		values  []string
	}{
		{FormDMY, false, []string{"01/02/2026", "13/02/2026"}}, {FormMDY, false, []string{"01/02/2026", "02/13/2026"}}, {FormMDY, true, []string{"01/02/2026", "03/04/2026"}},
		{FormYMD, false, []string{"2026-01-02", "2026年3月5日"}}, {FormSerial, false, []string{"46086", "46100"}}, {FormUnix, false, []string{"1772720000", "1772720001"}},
		{"", false, []string{"hello", "12"}},
	} {
		var e dateEvidence
		for _, v := range c.values {
			e.add(v)
		}
		if form, guessed := e.form(); form != c.form || guessed != c.guessed {
			t.Errorf("%v: %q, guessed %v", c.values, form, guessed)
		}
	}
}

func TestAmounts(t *testing.T) {
	for _, c := range []struct {
		in, form string
		unit     float64
		want     string
		currency string
	}{
		{"1200", "", 0, "1200", ""}, {"1,200.50", "", 0, "1200.5", ""}, {"￥1,200.50", "", 0, "1200.5", "CNY"}, {"¥ 12", "", 0, "12", "CNY"}, {"$1,000", "", 0, "1000", "USD"},
		{"US$ 5", "", 0, "5", "USD"}, {"HK$7.5", "", 0, "7.5", "HKD"}, {"€ 1.200,50", CommaForm, 0, "1200.5", "EUR"}, {"1.200", CommaForm, 0, "1200", ""}, {"1200,5", CommaForm, 0, "1200.5", ""},
		{"12.5万元", "", 0, "125000", "CNY"}, {"2.3亿元", "", 0, "230000000", "CNY"}, {"860万", "", 0, "8600000", ""}, {"1,250万元", "", 0, "12500000", "CNY"}, {"RMB 3600000", "", 0, "3600000", "CNY"},
		{"1.2亿美元", "", 0, "120000000", "USD"}, {"１２００", "", 0, "1200", ""}, {"(1,200)", "", 0, "-1200", ""}, {"-$5", "", 0, "-5", "USD"}, {"5-", "", 0, "-5", ""}, {"($5.50)", "", 0, "-5.5", "USD"},
		{"75%", "", 0, "75", ""}, {"1.5k", "", 0, "1500", ""}, {"3 M", "", 0, "3000000", ""}, {"12 345,6", CommaForm, 0, "12345.6", ""}, {"1'234.5", "", 0, "1234.5", ""}, {"12,34,567", "", 0, "1234567", ""},
		{"120", "", 1e4, "1200000", ""}, {"120元", "", 1e4, "1200000", "CNY"}, {"3亿", "", 1e4, "300000000", ""}, {"CNY 12", "", 0, "12", "CNY"}, {"12 eur", "", 0, "12", "EUR"}, {"1e3", "", 0, "1000", ""},
		{"约五百人", "", 0, "", ""}, {"1,20", "", 0, "", ""}, {"1.2.3", "", 0, "", ""}, {"", "", 0, "", ""}, {"-", "", 0, "", ""}, {"12 Monkeys", "", 0, "", ""}, {"1,200.50", CommaForm, 0, "", ""}, {".5", "", 0, "0.5", ""},
	} {
		a, ok := parseAmount(c.in, c.form, c.unit)
		if !ok {
			a.digits, a.currency = "", ""
		} else if d, ok := plainDigits(a.digits, PointForm); ok {
			a.digits = trimZeros(d)
		}
		if a.digits != c.want || a.currency != c.currency {
			t.Errorf("%q (%s): %q %q, not %q %q", c.in, c.form, a.digits, a.currency, c.want, c.currency)
		}
	}
}

func trimZeros(s string) string {
	for i := range len(s) {
		if s[i] == '.' {
			for s[len(s)-1] == '0' {
				s = s[:len(s)-1]
			}
			return s
		}
	}
	return s
}

func TestNumberEvidence(t *testing.T) {
	var e numberEvidence
	for _, v := range []string{"1.200", "3.400,50", "7,5"} {
		e.add(v)
	}
	if e.form() != CommaForm {
		t.Error("1.200 3.400,50 7,5 are not read with a comma")
	}
	e = numberEvidence{}
	for _, v := range []string{"1.200", "$3,400.50"} {
		e.add(v)
	}
	if e.form() != PointForm || e.currency() != "USD" {
		t.Errorf("%+v", e)
	}
	if headingUnit("金额（万元）") != 1e4 || headingUnit("Revenue (k)") != 1e3 || headingUnit("Amount") != 0 || headingCurrency("Annual Revenue (USD)") != "USD" || headingCurrency("All") != "" {
		t.Error("headings are misread")
	}
}

func TestFolding(t *testing.T) {
	for in, want := range map[string]string{"  Ａcme  Ltd. ": "acme ltd.", "C001": "c001", "": "", "a b": "a b", " a": "a"} {
		if got := loose(in); got != want {
			t.Errorf("loose %q is %q", in, got)
		}
	}
	if letters("GTX Pro") != letters("gtx-pro") || letters("<100") == letters("100") || heading("Account_Name*") != heading("accountName") {
		t.Error("letters")
	}
	if trim("'=1+1") != "=1+1" || trim("'＝1+1") != "＝1+1" || trim("'tis") != "'tis" || trim("　a\u200b ") != "a" {
		t.Error("trim")
	}
}

func TestCore(t *testing.T) {
	if core(letters("Acme Corp.")) != core(letters("ACME")) || core(letters("北京桐月数据有限公司")) != letters("北京桐月数据") {
		t.Error("core")
	}
}

// Keys of rows ascend, stay what they are and tell their row.
func TestRowKeys(t *testing.T) {
	begun := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	last := rowKey("i", begun, 0)
	for n := int64(1); n < 20_000; n++ {
		k := rowKey("i", begun, n)
		if k <= last || k != rowKey("i", begun, n) {
			t.Fatalf("row %d: %s after %s", n, k, last)
		}
		if got, ok := rowOf(k, begun); !ok || got != n {
			t.Fatalf("row %d is taken for %d", n, got)
		}
		last = k
	}
	if rowKey("a", begun, 1) == rowKey("b", begun, 1) || last.CreatedAt().Before(begun) {
		t.Error("keys of two imports are the same, or have no time")
	}
}
