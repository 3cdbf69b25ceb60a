package promise

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"headwater/pack"
)

// commitment is the general rule for words that commit without saying to what.
const commitment = "general-commitment"

// General are the rules that hold for every product: absolute and unlimited words are
// over-promises, and words that commit are promises that something must back.
func General() []pack.PromiseRule {
	return []pack.PromiseRule{
		{ID: "general-absolute", Kind: "over_promise",
			Patterns: pack.Phrases{ZH: []string{`(百分之?百|100\s*[%％])[^。；，,]{0,6}(保证|成功|满意|达到|可用|准确|安全|送达|恢复|有效)`, `(保证|承诺|确保)[^。；，,]{0,10}(百分之?百|100\s*[%％]|绝对|万无一失)`, `(绝对|永远|永久)(不会|不|没有)(出错|出问题|故障|宕机|中断|丢失|泄露)`, `万无一失|保证(有效|成功|赚|回本)|无效退款`},
				EN: []string{`(guarantee[ds]?|promis(e|es|ed)|ensures?)[^.;]{0,30}100\s*%`, `100\s*%[^.;]{0,16}(guarantee[ds]?|uptime|success|accura(te|cy)|satisf|delivery|available)`, `(will|can) never (fail|break|crash|be down|go down|leak)`, `fool-?proof|risk[- ]free|guaranteed (success|results?|return|savings?)`}},
			Why:     pack.Text{ZH: "没有例外的说法没有人能兑现，一次例外就是违约。", EN: "Nobody can keep words without exceptions; one exception breaks them."},
			Instead: &pack.Text{ZH: "写目标值、怎么测、没达到时怎么办。", EN: "State the target, how it is measured, and what happens when it is missed."}},
		{ID: "general-unlimited", Kind: "over_promise",
			Patterns: pack.Phrases{ZH: []string{`(无限|不限)(量|制|数量|次数|容量|用户|账号|空间|流量|扩展|期|次)?(地)?(使用|支持|升级|存储|修改|服务|扩容|扩展)?`, `终身(免费|维护|升级|服务)|永久免费|要多少有多少|随叫随到`},
				EN: []string{`unlimited`, `without (any )?limits?`, `(free|support(ed)?|updates?) (forever|for life)`, `lifetime (free|support|updates|warranty)`, `as (much|many) as you (want|like)`}},
			Why:     pack.Text{ZH: "没有上限的承诺成本也没有上限，版本与合同都写着限额。", EN: "A promise without an upper end costs without an upper end; editions and contracts have limits."},
			Instead: &pack.Text{ZH: "写出版本包含的数量，以及超出后怎么计价。", EN: "State what the edition includes and what more of it costs."}},
		{ID: commitment, Kind: "promise",
			Patterns: pack.Phrases{ZH: []string{`(承诺|答应|确保)`, `保证([^金书人]|$)`, `(免费(提供|赠送|升级|培训|迁移|支持|部署))`},
				EN: []string{`\bwe('ll| will| shall)? (promise|guarantee|commit|ensure|make sure)`, `\b(is|are) guaranteed\b`, `\b(free of charge|at no (extra )?cost)\b`, `\bwe (will|'ll) (deliver|provide|support|migrate|train|finish|answer|respond)\b`}},
			Why: pack.Text{ZH: "这句话对客户作出了承诺，要写明由哪项能力兑现、由谁负责。", EN: "This commits us; name the capability that keeps it and who is responsible."}},
	}
}

// span is a part of a text by byte offsets.
type span struct{ from, to int }

// sentences cuts a text at the ends of its sentences. A point within a number or a name
// such as 99.9 or example.com ends none.
func sentences(text string) []span {
	var out []span
	start := 0
	for i, r := range text {
		next := i + utf8.RuneLen(r)
		ends := strings.ContainsRune("。！？；!?;\n", r)
		if r == '.' {
			after, _ := utf8.DecodeRuneInString(text[next:])
			ends = next == len(text) || unicode.IsSpace(after)
		}
		if ends {
			if strings.TrimSpace(text[start:next]) != "" {
				out = append(out, span{start, next})
			}
			start = next
		}
	}
	if strings.TrimSpace(text[start:]) != "" {
		out = append(out, span{start, len(text)})
	}
	return out
}

var (
	wishes = regexp.MustCompile(`(?i)^\s*(问[:：]|q:)|(客户|对方|甲方|他们|对方领导|用户)[^，,。；]{0,8}(问|希望|要求|期望|想要|担心|觉得|以为|听说|提出)|(the )?(customer|client|they|prospect|buyer)s? (asks?|asked|wants?|wanted|hopes?|hoped|requires?|required|expects?|expected|worr(y|ies|ied)|wonder(s|ed)?|believes?)|(竞争对手|对手|友商|竞品)[^，,。；]{0,10}|(competitors?|rivals?|the other vendor)('s)? `)
	ours   = regexp.MustCompile(`(?i)(我们|我方|我司|咱们|本公司)[^，,。；]{0,8}(承诺|保证|答应|确保|同意|可以做到|没问题|会做到)|(答应了|已承诺|承诺了|同意了)|\bwe (promised?|guaranteed?|agreed|committed|will|can do|said yes)`)
	denial = regexp.MustCompile(`(?i)(不(作|做|能|会|可|敢|宜|要|应|得|再|可能|能够|可以)?(对[^，,。；]{0,6})?(承诺|保证|写|说|提供|答应|给出|支持)?|无法(承诺|保证|做到|提供)?|没有(承诺|保证|说|答应)?|并非|不是|而不是|从不|未(承诺|保证|曾)?|避免(写|说)?|禁止|谁也不能|不要(写|说))[^，,。；]{0,6}$|(服务|质量|书面|上述|这项|这个|该)$`) // the last: a promise that is a thing
	denies = regexp.MustCompile(`(?i)\b(not|no|never|cannot|can't|don't|doesn't|won't|isn't|aren't|nobody (can)?|nothing is|without|avoid|neither|instead of|rather than)( \w+){0,3} ?$`)
)

// wish tells whether a sentence asks, or says what somebody else wants or does, without
// our consent.
func wish(sentence string) bool {
	if s := strings.TrimSpace(sentence); strings.HasSuffix(s, "?") || strings.HasSuffix(s, "？") {
		return true
	}
	return wishes.MatchString(sentence) && !ours.MatchString(sentence)
}

// denied tells whether what stands before a match takes it back.
func denied(sentence string, at int) bool {
	return denial.MatchString(sentence[:at]) || denies.MatchString(sentence[:at])
}

var (
	answerTime = regexp.MustCompile(`(?i)([0-9]+(?:\.[0-9]+)?)\s*(分钟|个?小时|天|minutes?|hours?|days?)[^。；，,.;]{0,4}(?:内|之内|以内)?[^。；，,.;]{0,6}(?:响应|回应|答复|到场)|(?:respon\w*|answer\w*)[^.;,]{0,30}?\b(?:within|in) ([0-9]+(?:\.[0-9]+)?) (minutes?|hours?|days?)`)
	upTo       = regexp.MustCompile(`(?i)(?:最多|至多|不超过|上限为?|up to|at most|no more than)\s*([0-9][0-9,]*(?:\.[0-9]+)?)\s*([\p{Han}A-Za-z ]{0,40})`)
	amounts    = regexp.MustCompile(`([0-9][0-9,]*(?:\.[0-9]+)?)\s*([\p{Han}A-Za-z ]{0,30})`)
)

// response measures a promised time of answering by the support level.
func (b Backing) response(sentence string) (pack.Text, string) {
	m := answerTime.FindStringSubmatch(sentence)
	if m == nil {
		return pack.Text{}, ""
	}
	number, unit := m[1]+m[3], strings.ToLower(m[2]+m[4])
	hours, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return pack.Text{}, ""
	}
	switch {
	case strings.HasPrefix(unit, "分") || strings.HasPrefix(unit, "minute"):
		hours /= 60
	case unit == "天" || strings.HasPrefix(unit, "day"):
		hours *= 24
	}
	switch {
	case b.Support == nil:
		return pack.Text{ZH: "回应时间要与支持级别一致，这里还不知道客户买的是哪一级。", EN: "A response time must agree with the support level, and which one the customer buys isn't known yet."}, Open
	case b.Support.Response == nil:
		return pack.Text{ZH: "“" + b.Support.Name.ZH + "”不承诺回应时间。", EN: b.Support.Name.EN + " promises no response time."}, Over
	case hours < float64(*b.Support.Response):
		return pack.Text{ZH: "“" + b.Support.Name.ZH + "”承诺的是" + b.Support.Response.String() + "小时。", EN: b.Support.Name.EN + " promises " + b.Support.Response.String() + " hours."}, Over
	}
	return pack.Text{ZH: "“" + b.Support.Name.ZH + "”承诺" + b.Support.Response.String() + "小时内回应。", EN: b.Support.Name.EN + " promises an answer within " + b.Support.Response.String() + " hours."}, Backed
}

// beyond compares numbers of the sentence with the upper ends in a capability's limits,
// where both count the same thing: "up to 63 live branches" and "200 branches".
func beyond(sentence string, c *pack.Capability) (pack.Text, bool) {
	for _, text := range []string{c.Limits.ZH, c.Limits.EN} {
		for _, limit := range upTo.FindAllStringSubmatch(text, -1) {
			most, err := parseNumber(limit[1])
			if err != nil {
				continue
			}
			for _, said := range amounts.FindAllStringSubmatch(sentence, -1) {
				if n, err := parseNumber(said[1]); err == nil && n > most && sameThing(limit[2], said[2]) {
					return pack.Text{ZH: "超出了“" + c.Name.ZH + "”的边界：" + c.Limits.ZH, EN: "Beyond the limits of " + c.Name.EN + ": " + c.Limits.EN}, true
				}
			}
		}
	}
	return pack.Text{}, false
}

func parseNumber(s string) (float64, error) {
	return strconv.ParseFloat(strings.ReplaceAll(s, ",", ""), 64)
}

// sameThing tells whether two texts behind a number share a word: two Chinese characters
// in a row, or an English word of four letters.
func sameThing(a, b string) bool {
	for _, w := range strings.Fields(strings.ToLower(b)) {
		if len(w) >= 4 && w[0] < utf8.RuneSelf && strings.Contains(strings.ToLower(a), w) {
			return true
		}
	}
	runes := []rune(b)
	for i := 0; i+1 < len(runes); i++ {
		if unicode.Is(unicode.Han, runes[i]) && unicode.Is(unicode.Han, runes[i+1]) && strings.Contains(a, string(runes[i:i+2])) {
			return true
		}
	}
	return false
}
