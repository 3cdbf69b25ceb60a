package httpapi

import (
	"fmt"
	"strings"
	"time"

	"headwater/lake"
)

// stepWords says in one sentence what a step did.
func stepWords(s *lake.Step, zh bool) string {
	say := func(cn, en string, args ...any) string {
		if zh {
			return fmt.Sprintf(cn, args...)
		}
		return fmt.Sprintf(en, args...)
	}
	rows, size := countWords(s.Rows, zh), sizeWords(s.Bytes)
	var out string
	switch s.Code {
	case "scan_source":
		if s.Rows < 0 {
			out = say("读取来源 %s 的表 %s（未统计行数）", "Read the table %[2]s of the source %[1]s (rows not counted)", s.Source, s.Table)
		} else {
			out = say("从来源 %s 的表 %s 读取 %s（%s）", "Read %[3]s (%[4]s) from the table %[2]s of the source %[1]s", s.Source, s.Table, rows, size)
		}
		out += pushedWords(s, zh)
	case "scan_files":
		out = say("直接读取来源 %s 的文件 %s", "Read the files %[2]s of the source %[1]s in place", s.Source, s.Table)
		out += pushedWords(s, zh)
	case "scan_mirror":
		out = say("从本地镜像读取 %s", "Read %s from the engine's mirror", s.Entity)
	case "scan_copy":
		out = say("读取 %s 的副本（%s，取于 %s）", "Read the copy of %s (%s, taken %s)", s.Entity, rows, s.At.UTC().Format(time.DateTime)+" UTC")
	case "scan_past":
		out = say("读取 %s 的历史版本", "Read %s as it was at a past revision", s.Entity)
	case "overlay":
		out = say("叠加本分支对 %s 的改动（%s）", "Lay this branch's changes over %s (%s)", s.Entity, rows)
	case "derived":
		out = say("计算派生实体 %s", "Work out the derived entity %s", s.Entity)
	case "clone":
		out = say("克隆 %s：筛选并脱敏 %s", "The clone %s: filter and mask %s", s.Entity, s.Table)
	case "engine":
		if s.Rows < 0 {
			out = say("在本地引擎中得出结果（未统计行数）", "Answer here in the engine (rows not counted)")
		} else {
			out = say("在本地引擎中得出 %s", "Answer here in the engine: %s", rows)
		}
	default:
		out = s.Code
		if s.Entity != "" {
			out += " " + string(s.Entity)
		}
	}
	if zh {
		return out + "。"
	}
	return out + "."
}

func pushedWords(s *lake.Step, zh bool) string {
	pushed, stayed := strings.Join(s.Pushed, ", "), len(s.Stayed)
	switch {
	case zh && pushed != "" && stayed > 0:
		return fmt.Sprintf("；来源负责 %s，另有 %d 个条件在本地判断", pushed, stayed)
	case zh && pushed != "":
		return "；来源负责 " + pushed
	case zh && stayed > 0:
		return fmt.Sprintf("；%d 个条件在本地判断", stayed)
	case zh:
		return ""
	case pushed != "" && stayed > 0:
		return fmt.Sprintf("; the source applies %s, %d condition(s) are tested here", pushed, stayed)
	case pushed != "":
		return "; the source applies " + pushed
	case stayed > 0:
		return fmt.Sprintf("; %d condition(s) are tested here", stayed)
	}
	return ""
}

func countWords(n int64, zh bool) string {
	switch {
	case n < 0 && zh:
		return "未统计行数"
	case n < 0:
		return "rows not counted"
	case zh:
		return fmt.Sprintf("%d 行", n)
	case n == 1:
		return "1 row"
	}
	return fmt.Sprintf("%d rows", n)
}

func sizeWords(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%d B", max(n, 0))
}

var whyStayed = map[string]lake.Label{
	"type":      {ZH: "来源对这种类型的比较可能与本地不同", EN: "the source may compare this type otherwise than we do"},
	"collation": {ZH: "来源的文字排序规则可能与本地不同", EN: "the source's collation may sort or compare text otherwise"},
	"operator":  {ZH: "来源没有完全等价的运算", EN: "the source has no operator that is proven equal"},
	"files":     {ZH: "文件由引擎自己读取和筛选", EN: "the engine reads and filters files itself"},
	"zone":      {ZH: "来源的时区处理可能不同", EN: "the source may treat time zones otherwise"},
	"null":      {ZH: "来源对空值的处理可能不同", EN: "the source may treat NULL otherwise"},
	"overlay":   {ZH: "本分支的改动要先叠加", EN: "this branch's changes are laid over first"},
	"masked":    {ZH: "该列已脱敏", EN: "the column is masked"},
	"shape":     {ZH: "这种写法不下推", EN: "a condition of this form isn't handed on"},
}

func stayedWords(why string, zh bool) string {
	if l, ok := whyStayed[why]; ok {
		return choose(zh, l)
	}
	return why
}
