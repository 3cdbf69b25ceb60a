package duckdb

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"headwater/lake"
)

// Masks are functions of a value (of a shifted date: of the record's key) and the
// workspace's secret key, so that equal values stay equal and nobody without the key can
// find the value by trying. NULL stays NULL, except under a constant.
//
// The key never stands in a statement: it lies in a temporary table of the question.

// mask is the SQL of a masked value; currency is that of money, or NULL.
func (h *homes) mask(rule lake.MaskRule, f *lake.Field, value, currency, id string) (string, string, error) {
	if rule.Rule == lake.MaskNull {
		return "NULL", "NULL", nil
	}
	if f.Kind == lake.Money {
		return h.maskMoney(rule, f, value, currency)
	}
	n := strconv.Itoa(max(rule.N, 0))
	text := asText(f, value)
	switch rule.Rule {
	case lake.MaskConstant:
		return "'" + sqlText(rule.Text) + "'", currency, nil
	case lake.MaskHash:
		return h.hmac(text), currency, nil
	case lake.MaskFirst:
		return "(left(" + text + ", " + n + ") || repeat('*', greatest(length(" + text + ") - " + n + ", 0)))", currency, nil
	case lake.MaskName, lake.MaskMail, lake.MaskPhone:
		return invented(rule, h.number(text)), currency, nil
	case lake.MaskShift:
		if f.Kind != lake.Date && f.Kind != lake.Timestamp {
			break
		}
		days := "((" + h.number(id) + " % " + strconv.Itoa(2*max(rule.N, 0)+1) + ") - " + n + ")"
		return "(" + value + " + to_days(" + days + "::INTEGER))", currency, nil
	case lake.MaskRound:
		if f.Kind != lake.Integer && f.Kind != lake.Decimal && f.Kind != lake.Float {
			break
		}
		return rounded(value, rule.N), currency, nil
	}
	return "", "", maskInvalid(rule, f)
}

func maskInvalid(rule lake.MaskRule, f *lake.Field) error {
	return lake.Fail(lake.ErrInvalid, "mask_invalid", "The mask "+rule.Rule+" can't be used on the field "+string(f.Name)+".", "field", f.Name, "rule", rule.Rule)
}

// rounded rounds to n digits before the point.
func rounded(value string, n int) string {
	unit := "1" + strings.Repeat("0", min(max(n, 0), 17))
	return "(round(" + value + "::DECIMAL(38,6) / " + unit + "::DECIMAL(18,0)) * " + unit + ")"
}

func (h *homes) maskMoney(rule lake.MaskRule, f *lake.Field, value, currency string) (string, string, error) {
	switch rule.Rule {
	case lake.MaskConstant:
		amount, unit := lake.SplitMoney(lake.Cell(rule.Text))
		return "'" + sqlText(amount) + "'", "'" + sqlText(unit) + "'", nil
	case lake.MaskRound:
		return rounded(value, rule.N), currency, nil
	}
	return "", "", maskInvalid(rule, f)
}

// hmac is HMAC-SHA256 of a text, in hex.
func (h *homes) hmac(text string) string {
	t := h.keyTable()
	return "sha256((SELECT o FROM " + t + ") || unhex(sha256((SELECT i FROM " + t + ") || encode(" + text + "))))"
}

// number is a number of 60 bits that a text gives.
func (h *homes) number(text string) string {
	return "('0x' || left(" + h.hmac(text) + ", 15))::BIGINT"
}

// keyTable makes the table with the two paddings of the key.
func (h *homes) keyTable() string {
	if h.masked == "" {
		h.masked = h.name("key")
	}
	return h.masked
}

// loadKey fills it. The values are bound, so that no text of a statement holds them.
func (h *homes) loadKey() error {
	if h.masked == "" || h.shape {
		return nil
	}
	inner, outer := make([]byte, 64), make([]byte, 64)
	for i := range inner {
		k := byte(0)
		if i < len(h.e.opt.MaskKey) {
			k = h.e.opt.MaskKey[i]
		}
		inner[i], outer[i] = k^0x36, k^0x5c
	}
	if _, err := h.conn.ExecContext(h.ctx, h.keyTableText()); err != nil {
		return err
	}
	_, err := h.conn.ExecContext(context.WithoutCancel(h.ctx), "INSERT INTO "+h.masked+" VALUES ($1, $2)", inner, outer)
	return err
}

func (h *homes) keyTableText() string {
	return "CREATE TEMP TABLE IF NOT EXISTS " + h.masked + " (i BLOB, o BLOB)"
}

// invented is a made-up value that a number chooses.
func invented(rule lake.MaskRule, n string) string {
	pick := func(words []string, over int) string {
		return fmt.Sprintf("(%s)[((%s // %d) %% %d + 1)::BIGINT]", textList(words), n, over, len(words))
	}
	switch rule.Rule {
	case lake.MaskName:
		if rule.Lang == "en" {
			return "(" + pick(firstNames, 1) + " || ' ' || " + pick(lastNames, 64) + ")"
		}
		return "(" + pick(surnames, 1) + " || " + pick(givenFirst, 128) + " || CASE WHEN (" + n + " // 7) % 4 = 0 THEN '' ELSE " + pick(givenSecond, 8192) + " END)"
	case lake.MaskMail:
		return "(lower(" + pick(firstNames, 1) + " || '.' || " + pick(lastNames, 64) + ") || ((" + n + " // 4096) % 100000)::VARCHAR || '@mail.example')"
	}
	if rule.Lang == "en" {
		return "('+1 ' || (200 + " + n + " % 800)::VARCHAR || ' 555-01' || lpad(((" + n + " // 800) % 100)::VARCHAR, 2, '0'))"
	}
	return "('1' || lpad((30 + " + n + " % 70)::VARCHAR, 2, '0') || '-0000-' || lpad(((" + n + " // 70) % 10000)::VARCHAR, 4, '0'))"
}

// The words of invented names.
var (
	surnames    = strings.Fields("王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 林 高 罗 郑 梁 谢 宋 唐 许 韩 冯 邓 曹 彭 曾 肖 田 董 潘 袁 蔡 蒋 余 于 杜 叶 程 魏 苏 吕 丁 任 卢 姚 沈 钟 姜 崔 谭 陆 范 汪 廖 石 金 韦 贾 夏 付 方 邹 熊 白 孟 秦 邱 侯 江 尹 薛 闫 段 雷 龙 黎 史 陶 贺 毛 郝 顾 龚 邵 万 覃 武 钱 戴 严 莫 孔 向 常")
	givenFirst  = strings.Fields("子 思 雨 欣 梓 一 晓 明 志 文 建 海 春 秋 冬 夏 青 玉 佳 嘉 宇 浩 俊 博 天 安 静 慧 美 丽 云 月 星 晨 清 书 诗 可 心 若 亦 亚 立 德 成 国 家 永 长 新 景 振 维 学 少 小 大 广 宏 润 泽 沐 允 知")
	givenSecond = strings.Fields("轩 涵 怡 然 晴 航 宁 杰 伟 强 磊 军 洋 勇 艳 娜 敏 芳 娟 霞 平 刚 桂 英 华 玲 萍 红 辉 鹏 飞 超 波 斌 宇 凯 健 琳 雪 梅 兰 竹 菊 松 柏 楠 彤 妍 萱 琪 瑶 瑾 瑜 璇 睿 哲 翔 阳 旭 东 山 川 江 河")
	firstNames  = strings.Fields("Ada Alan Amber Anton Basil Beth Boris Carla Cedric Clara Cyrus Dana Darius Delia Edgar Elsa Emil Enid Ezra Faye Felix Fiona Flora Gavin Gerda Greta Hanna Hector Hugo Ida Igor Irene Ivo Jarvis Jonas Judith Karl Kira Lena Leon Lydia Magnus Mara Milo Mona Nadia Nils Nora Oskar Otis Paula Petra Quinn Ralf Rosa Rufus Selma Simon Sonia Theo Tilda Vera Viktor Wanda")
	lastNames   = strings.Fields("Abbott Alder Ashby Barlow Beck Birch Bishop Brook Carver Chase Clay Cole Crane Dale Drake Dunn Ellis Fenn Field Flint Ford Frost Garner Glenn Grove Hale Hart Heath Hill Holt Hurst Irons Keene Kirk Lake Lamb Lane Locke Marsh Mead Mercer Moor North Oakley Page Parr Pike Pond Quill Reed Ridge Rowe Sands Shaw Stone Storm Tate Thorne Vale Vance Wade Ward West Wolfe")
)
