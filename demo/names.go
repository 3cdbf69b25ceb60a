package demo

import (
	"strings"
)

// syllable is a character and how it is spelt in addresses.
type syllable struct{ han, pinyin string }

// syllables reads "衡heng 澜lan".
func syllables(list string) []syllable {
	var out []syllable
	for _, w := range strings.Fields(list) {
		i := strings.IndexAny(w, "abcdefghijklmnopqrstuvwxyz")
		out = append(out, syllable{w[:i], w[i:]})
	}
	return out
}

// Brands are put together from characters that few companies use; combinations that
// known companies bear are left out.
var (
	brandFirst = syllables("衡heng 澜lan 岑cen 砚yan 朔shuo 珩heng 昱yu 霁ji 屿yu 翊yi 棠tang 湛zhan 栩xu 珏jue 骁xiao 峤qiao 泓hong 黎li 桓huan 璟jing 柏bo 熠yi " +
		"淳chun 煦xu 嵩song 琅lang 筑zhu 曜yao 漾yang 阙que 麓lu 雍yong 郁yu 颢hao 沣feng 穹qiong 榕rong 芷zhi 岫xiu 溯su 绎yi 舜shun 弈yi 灏hao")
	brandSecond = syllables("舟zhou 岳yue 序xu 渡du 穗sui 衍yan 桥qiao 野ye 驰chi 蔚wei 图tu 砺li 陵ling 庭ting 汐xi 谷gu 程cheng 璞pu 池chi 岩yan 鹿lu 棹zhao " +
		"畔pan 垣yuan 甸dian 樾yue 港gang 杼zhu 梭suo 塬yuan 坪ping 圃pu 屏ping 笙sheng 笛di 钟zhong 锚mao 帛bo 弦xian 辙zhe")
	takenBrands = " 衡岳 澜庭 昱程 黎坪 柏驰 柏图 柏庭 柏程 淳璞 嵩岳 筑桥 筑港 麓谷 雍庭 榕桥 榕港 舜程 岑溪 岑川 砚溪 漾江 "
	placeFirst  = syllables("澜lan 岑cen 砚yan 珩heng 昱yu 霁ji 屿yu 翊yi 栩xu 珏jue 峤qiao 泓hong 璟jing 熠yi 琅lang 曜yao 漾yang 阙que 灏hao 弈yi")
	placeSecond = syllables("江jiang 浦pu 岭ling 溪xi 州zhou 川chuan 陵ling")
	foreignHead = strings.Fields("Norv Hald Brenn Kest Tav Oster Mirr Varn Quell Sund Arv Lorr Denn Falk Grav Holm Jesk Kald Wend Ystr")
	foreignTail = strings.Fields("ik en aro ova sted ling mark ane eto und ora isk")
)

// shuffledBrands are all brands in a random order.
func shuffledBrands(d *dice) []syllable { return combine(d, brandFirst, brandSecond) }

// shuffledPlaces are invented cities in a random order.
func shuffledPlaces(d *dice) []syllable { return combine(d, placeFirst, placeSecond) }

func combine(d *dice, first, second []syllable) []syllable {
	var out []syllable
	for _, a := range first {
		for _, b := range second {
			if !strings.Contains(takenBrands, " "+a.han+b.han+" ") {
				out = append(out, syllable{a.han + b.han, a.pinyin + b.pinyin})
			}
		}
	}
	d.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

func shuffledForeign(d *dice) []string {
	var out []string
	for _, a := range foreignHead {
		for _, b := range foreignTail {
			out = append(out, a+b)
		}
	}
	d.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

var (
	surnames = syllables("王wang 李li 张zhang 刘liu 陈chen 杨yang 赵zhao 黄huang 周zhou 吴wu 徐xu 孙sun 胡hu 朱zhu 高gao 林lin 何he 郭guo 马ma 罗luo " +
		"梁liang 宋song 郑zheng 谢xie 韩han 唐tang 冯feng 于yu 董dong 萧xiao 程cheng 曹cao 袁yuan 邓deng 许xu 傅fu 沈shen 曾zeng 彭peng 吕lv " +
		"苏su 卢lu 蒋jiang 蔡cai 贾jia 丁ding 魏wei 薛xue 叶ye 阎yan 余yu 潘pan 杜du 戴dai 夏xia 钟zhong 汪wang 田tian 任ren 姜jiang " +
		"范fan 方fang 石shi 姚yao 谭tan 廖liao 邹zou 熊xiong 金jin 陆lu 郝hao 孔kong 白bai 崔cui 康kang 毛mao 邱qiu 秦qin 江jiang 史shi " +
		"顾gu 侯hou 邵shao 孟meng 龙long 万wan 段duan 雷lei 钱qian 汤tang 尹yin 黎li 易yi 常chang 武wu 乔qiao 贺he 赖lai 龚gong 文wen 欧阳ouyang 司徒situ 诸葛zhuge")
	givenFirst = syllables("建jian 国guo 志zhi 文wen 海hai 晓xiao 春chun 明ming 永yong 俊jun 子zi 思si 雨yu 佳jia 雪xue 梦meng 天tian 浩hao 宇yu 泽ze 嘉jia 婷ting 静jing " +
		"丽li 秀xiu 玉yu 红hong 立li 振zhen 世shi 家jia 德de 学xue 宏hong 少shao 伟wei 新xin 诗shi 可ke 亦yi 云yun 锦jin 书shu 若ruo 景jing 允yun 向xiang 承cheng 启qi 怀huai")
	givenSecond = syllables("平ping 强qiang 军jun 辉hui 峰feng 波bo 东dong 斌bin 杰jie 涛tao 敏min 芳fang 霞xia 燕yan 娟juan 琳lin 洁jie 颖ying 莉li 萍ping 轩xuan 涵han 怡yi " +
		"欣xin 妍yan 睿rui 豪hao 博bo 凯kai 鹏peng 飞fei 龙long 林lin 华hua 生sheng 成cheng 刚gang 勇yong 毅yi 彬bin 超chao 宁ning 然ran 彤tong 桐tong 禾he 远yuan 舒shu")
	foreignGiven  = strings.Fields("Anna Bruno Clara Daniel Elena Farid Grace Hugo Ingrid Jonas Keiko Lars Maria Nils Olga Priya Quentin Rosa Stefan Tomas Ursula Victor Wen Yuki Zara")
	foreignFamily = strings.Fields("Aalto Bergström Costa Dietrich Eriksen Fontana Greene Hofmann Ito Jansen Koh Lindqvist Marek Novak Okafor Petrov Rahman Sato Tanaka Ueda Vermeer Weiss Yilmaz Zieliński Tran")
)

// human is an invented person's name, in two spellings.
type human struct {
	name           string
	family, given  string // as in addresses
	surname, short string // 王; 王总-like address is made where it is used
}

func (d *dice) chinese() human {
	s := surnames[min(d.IntN(len(surnames)), d.IntN(len(surnames)))] // the first ones are the commonest
	a, b := pick(d, givenFirst), pick(d, givenSecond)
	if d.chance(0.12) {
		a = syllable{}
	}
	return human{name: s.han + a.han + b.han, family: s.pinyin, given: a.pinyin + b.pinyin, surname: s.han, short: initial(a.pinyin) + initial(b.pinyin)}
}

func (d *dice) western() human {
	g, f := pick(d, foreignGiven), pick(d, foreignFamily)
	return human{name: g + " " + f, family: plain(f), given: strings.ToLower(g), surname: f, short: strings.ToLower(g[:1])}
}

func initial(s string) string {
	if s == "" {
		return ""
	}
	return s[:1]
}

// plain writes a name with the letters of an address.
func plain(s string) string {
	return strings.NewReplacer("ö", "oe", "ń", "n").Replace(strings.ToLower(s))
}

// address forms: each company has one, as companies do.
var addressForms = []func(h human) string{
	func(h human) string { return h.family + h.given },
	func(h human) string { return h.given + "." + h.family },
	func(h human) string { return h.family + "." + h.given },
	func(h human) string { return h.family + h.short },
	func(h human) string { return h.given },
}

// mobile is a number of the usual form in a block that is hardly in use (… 000 …).
func (d *dice) mobile() string {
	return pick(d, strings.Fields("138 139 136 137 135 150 151 152 158 159 186 187 188 177 133 189")) + "000" + digits(d, 5)
}

func digits(d *dice, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('0' + d.IntN(10))
	}
	return string(b)
}
