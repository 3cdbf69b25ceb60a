package collate

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestPinyin(t *testing.T) {
	for _, c := range []struct{ text, whole, initials string }{
		{"阿里巴巴", "alibaba", "albb"},
		{"重庆长安汽车", "chongqingchanganqiche", "cqcaqc"},
		{"重工", "zhonggong", "zg"},
		{"曾国藩", "zengguofan", "zgf"},
		{"曾经沧海科技", "cengjingcanghaikeji", "cjchkj"},
		{"单雄信", "shanxiongxin", "sxx"},
		{"单位", "danwei", "dw"},
		{"中国银行厦门分行", "zhongguoyinhangxiamenfenhang", "zgyhxmfh"},
		{"绿城中国", "lvchengzhongguo", "lczg"},
		{"腾讯 QQ", "tengxunqq", "txqq"},
		{"ＡＢＢ（中国）", "abbzhongguo", "abbzg"},
		{"华为", "huawei", "hw"},
		{"", "", ""},
	} {
		if got := Pinyin(c.text); got != c.whole {
			t.Errorf("Pinyin(%s) = %s, want %s", c.text, got, c.whole)
		}
		if got := Initials(c.text); got != c.initials {
			t.Errorf("Initials(%s) = %s, want %s", c.text, got, c.initials)
		}
	}
}

func TestSortOrder(t *testing.T) {
	want := []string{"(测试)", "007", "3M", "ABB", "Apple", "azure", "阿里巴巴", "阿里云", "安踏", "Bosch", "百度", "重庆",
		"Émile", "emily", "佛山", "广东", "深圳", "厦门", "中国", "重工"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortStableFunc(got, func(a, b string) int { return strings.Compare(SortKey(a), SortKey(b)) })
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestOrderWithinPinyin(t *testing.T) {
	order := []string{"妈", "麻", "马", "骂", "满"} // tones of ma, then man
	for i := 1; i < len(order); i++ {
		if SortKey(order[i-1]) >= SortKey(order[i]) {
			t.Errorf("%s should come before %s", order[i-1], order[i])
		}
	}
	if SortKey("发展") >= SortKey("方案") {
		t.Error("fa zhan comes before fang an: syllables are compared, not letters")
	}
}

func TestCaseAndWidthDoNotMatter(t *testing.T) {
	for _, pair := range [][2]string{{"ＡＢＣ　１２", "abc 12"}, {"Straße", "sTRAßE"}, {"ÉCOLE", "école"}} {
		if Fold(pair[0]) != Fold(pair[1]) || SortKey(pair[0]) != SortKey(pair[1]) {
			t.Errorf("%q and %q differ", pair[0], pair[1])
		}
	}
}

func TestEveryWordIsInTheData(t *testing.T) {
	for _, list := range tables().phrases {
		for _, ph := range list {
			if slices.Contains(ph.read, 0) {
				t.Errorf("%s holds a reading that the data doesn't know", ph.text)
			}
		}
	}
	for _, u := range usual {
		char, _ := utf8.DecodeRuneInString(u)
		if p, ok := tables().of(char); !ok || p == 0 {
			t.Errorf("%s is unknown", u)
		}
	}
}

func TestKeysAreText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		k := SortKey(s)
		if !utf8.ValidString(k) || (k == "") != (s == "") {
			t.Fatalf("SortKey(%q) = %q", s, k)
		}
		if SortKey(Fold(s)) != k && !strings.ContainsRune(s, 'İ') {
			t.Fatalf("fold changes the key of %q", s)
		}
		if Fold(Fold(s)) != Fold(s) {
			t.Fatalf("Fold isn't stable for %q", s)
		}
	})
}

func BenchmarkSortKeyASCII(b *testing.B) {
	for b.Loop() {
		SortKey("Contoso Trading Ltd")
	}
}

func BenchmarkSortKeyHan(b *testing.B) {
	for b.Loop() {
		SortKey("杭州阿里巴巴科技公司")
	}
}

func BenchmarkPinyinHan(b *testing.B) {
	for b.Loop() {
		Pinyin("杭州阿里巴巴科技公司")
	}
}

func BenchmarkTables(b *testing.B) {
	for b.Loop() {
		buildReadings()
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		d    int
	}{{"technolgy", "technology", 1}, {"baisc", "basic", 1}, {"abc", "abc", 0}, {"", "ab", 2}, {"kitten", "sitting", 3}, {"上海", "上海市", 1}} {
		if got := Distance(c.a, c.b, 5); got != c.d {
			t.Errorf("%s and %s are %d apart, not %d", c.a, c.b, got, c.d)
		}
		if got := Distance(c.a, c.b, c.d-1); c.d > 0 && got <= c.d-1 {
			t.Errorf("%s and %s: within %d", c.a, c.b, c.d-1)
		}
	}
}
