package duckdb_test

import (
	"testing"

	"headwater/lake"
)

func TestSearch(t *testing.T) {
	l, _, _ := selling(t)
	for _, c := range []struct {
		who         lake.Principal
		words, want string
	}{
		{boss, "阿里", "阿里巴巴,阿里巴巴 续约"}, {boss, "albb", "阿里巴巴,阿里巴巴 续约"}, {boss, "chongqing", "重庆长安,重庆长安 续约"},
		{boss, "CONTOSO", "Contoso,Contoso 续约"}, {boss, "ｃｏｎtoso 续", "Contoso 续约"}, {boss, "王", "王芳"}, {boss, "lin@x", "林涛"},
		{boss, "13800000001", "重庆长安"}, {boss, "ai 平台", "阿里巴巴,Contoso,重庆长安"}, {boss, "number 2", "Contoso"}, {boss, "云", "云平台"}, {boss, "nothing there", ""},
		{boss, "%", ""}, {boss, "", ""},
		{wang, "chongqing", ""}, {wang, "阿里", "阿里巴巴,阿里巴巴 续约"},
		{blind, "13800000001", ""}, {blind, "重庆", "重庆长安,重庆长安 续约"}, {blind, "零售", "阿里巴巴,Contoso,重庆长安"},
	} {
		hits, err := at(t, l, c.who, "main", 0).Search(ctx, c.words, 10)
		if err != nil {
			t.Fatal(err)
		}
		if got := titles(hits); got != c.want {
			t.Errorf("%s searches %q: %s, want %s", c.who.Name, c.words, got, c.want)
		}
	}
	hits, _ := at(t, l, boss, "main", 0).Search(ctx, "平台 2", 10)
	if len(hits) != 1 || hits[0].Field != "about" || hits[0].Excerpt != "长期客户，关注 ＡＩ 平台 number 2" {
		t.Errorf("%+v", hits)
	}
}
