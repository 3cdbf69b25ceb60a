package profile

import (
	"fmt"
	"strings"

	"headwater/pack"
)

// fewest is how many chosen records, and how many outcomes, a verdict needs.
const fewest = 10

// verdict says what the intervals allow to be said.
func (t *testing) verdict(b *Backtest) Verdict {
	v := against(b)
	if b.VsLast != nil {
		v.More = append(v.More, againstLast(b))
	}
	var names []string
	for _, l := range b.Leaks {
		if l.Used && l.Strong {
			names = append(names, string(l.Field))
		}
	}
	if len(names) > 0 {
		list := strings.Join(names, ", ")
		if v.Code == "better" && b.Source == Records {
			v.Code = "leaks"
			v.Words = pack.Text{ZH: "看上去更好，但靠的是疑似泄漏的字段（" + list + "），不能据此发布。", EN: "It looks better, but rests on fields that seem to know the outcome (" + list + "); don't publish it on this."}
		} else {
			v.More = append(v.More, pack.Text{ZH: "用到了疑似泄漏的字段：" + list + "。", EN: "It uses fields that seem to know the outcome: " + list + "."})
		}
	}
	return v
}

func against(b *Backtest) Verdict {
	p, e, d := b.Version.Precision, b.Everyone, b.VsEveryone
	figures := func(zh, en string) pack.Text {
		return pack.Text{
			ZH: fmt.Sprintf("%s：选中 %d 个，其中 %s 有结果（95%% 区间 %s–%s）；全体为 %s。差 %s（%s 至 %s）。", zh, p.Of, percent(p.Rate), percent(p.Low), percent(p.High), percent(e.Rate), points(d.Value, "个百分点"), points(d.Low, ""), points(d.High, "")),
			EN: fmt.Sprintf("%s: of %d chosen, %s had the outcome (95%% interval %s to %s); of everyone, %s. Difference %s (%s to %s).", en, p.Of, percent(p.Rate), percent(p.Low), percent(p.High), percent(e.Rate), points(d.Value, " points"), points(d.Low, ""), points(d.High, "")),
		}
	}
	switch {
	case p.Of < fewest || e.Hits < fewest:
		return Verdict{Code: "too_few", Words: pack.Text{
			ZH: fmt.Sprintf("样本太少，下不了结论：选中 %d 个，有结果的共 %d 个（各至少需要 %d 个）。", p.Of, e.Hits, fewest),
			EN: fmt.Sprintf("Too few to judge: %d chosen, %d with the outcome in all (at least %d of each are needed).", p.Of, e.Hits, fewest)}}
	case d.above():
		return Verdict{Code: "better", Words: figures("好于基准率", "Better than the base rate")}
	case d.below():
		return Verdict{Code: "worse", Words: figures("差于基准率", "Worse than the base rate")}
	}
	return Verdict{Code: "no_better", Words: figures("不比基准率好", "No better than the base rate")}
}

func againstLast(b *Backtest) pack.Text {
	name := b.Last.Version
	if name == "" {
		name = b.Last.ID
	}
	zh, en := "与上一版（"+name+"）没有可靠差别", "No sure difference from the last version ("+name+")"
	switch {
	case b.VsLast.above():
		zh, en = "精确率高于上一版（"+name+"）", "More precise than the last version ("+name+")"
	case b.VsLast.below():
		zh, en = "精确率低于上一版（"+name+"）", "Less precise than the last version ("+name+")"
	}
	r := b.Recall
	return pack.Text{
		ZH: fmt.Sprintf("%s：精确率差 %s（%s 至 %s），召回率差 %s（%s 至 %s）。", zh, points(b.VsLast.Value, "个百分点"), points(b.VsLast.Low, ""), points(b.VsLast.High, ""), points(r.Value, "个百分点"), points(r.Low, ""), points(r.High, "")),
		EN: fmt.Sprintf("%s: precision %s (%s to %s), recall %s (%s to %s).", en, points(b.VsLast.Value, " points"), points(b.VsLast.Low, ""), points(b.VsLast.High, ""), points(r.Value, " points"), points(r.Low, ""), points(r.High, "")),
	}
}

// points are percentage points with their sign.
func points(x float64, unit string) string { return fmt.Sprintf("%+.1f%s", x*100, unit) }
