package demo

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// mess makes the rows of the dirty files. Every so many rows get one kind of dirt, so
// that each kind is there whatever the seed.
type mess struct {
	*dice
	phrases phrases
	names   []string // of accounts, as they ought to be
	numbers int
}

const (
	dirtyAccounts = 120
	dirtyDeals    = 480
)

// The demo has no brand of these characters, so the files can be imported into it.
var (
	dirtyFirst  = strings.Split("桐槐榆椿楠樟柳桑梓枫楸檀", "")
	dirtySecond = strings.Split("月溪亭湾汀洲坞渚堤涧滩泊", "")
)

func dirtyProducts() [][3]string {
	return [][3]string{{"Lake Basic", "Lake", "550"}, {"Lake Pro", "Lake", "4,821"}, {"Lake Plus Basic", "Lake", "￥1,096.00"}, {"Lake Plus Pro", "Lake", "5482"},
		{"Brook Special", "Brook", "55"}, {"Brook Advanced", "Brook", "3393"}, {"Delta 500", "Delta", "26768"}}
}

var dirtyTeam = [][3]string{{"沈嘉禾", "贺东篱", "北区团队"}, {"陶雨眠", "贺东篱", "北区团队"}, {"祝北辰", "贺东篱", "北区团队"}, {"柯然", "欧阳岚", "南区团队"},
	{"虞清和", "欧阳岚", "南区团队"}, {"Moira Hallen", "欧阳岚", "南区团队"}, {"Darvin Sool", "欧阳岚", "South Office"}, {"鲁一诺 ", "贺东篱", "北区团队"}}

func (m *mess) productRows() *table {
	t := &table{headings: []string{"product", "series", "sales_price"}}
	for _, p := range dirtyProducts() {
		t.add([]string{p[0], p[1], p[2]})
		if strings.ContainsAny(p[2], "￥,") {
			t.mark(DirtAmount)
		}
	}
	return t
}

func (m *mess) teamRows() *table {
	t := &table{headings: []string{"sales_agent", "manager", "regional_office", "email"}}
	for i, p := range dirtyTeam {
		t.add([]string{p[0], p[1], p[2], fmt.Sprintf("seller%d@example.com", i+1)})
		if strings.HasSuffix(p[0], " ") {
			t.mark(DirtSpaces)
		}
	}
	return t
}

// accountRows makes accounts.csv: English headings, Chinese and English values.
func (m *mess) accountRows() *table {
	t := &table{headings: []string{"Account ID", "Account", "Sector", "Employees", "Revenue", "Year Established", "City", "Subsidiary Of", "Website", "Notes"}}
	typos := map[string]string{"manufacturing": "manufactring", "finance": "finace", "healthcare": "helthcare", "logistics": "logistcs", "software": "sofware"}
	for i := range dirtyAccounts {
		brand := dirtyFirst[i%12] + dirtySecond[(i/12+i*5)%12]
		sector := pick(m.dice, []string{"manufacturing", "finance", "healthcare", "logistics", "software"})
		town := pick(m.dice, cities()).name
		name := town + brand + pick(m.dice, m.phrases["trade.manufacturing"]) + "有限公司"
		m.names = append(m.names, name)
		row := []string{fmt.Sprintf("K%04d", i+1), name, sector, strconv.Itoa(m.between(12, 9000)), fmt.Sprintf("%d.%02d CNY", m.between(2_000_000, 900_000_000), m.IntN(100)),
			strconv.Itoa(m.between(1985, 2022)), town, "", "www." + fmt.Sprintf("k%04d", i+1) + ".example", ""}
		if i > 20 && i%6 == 0 {
			row[7] = m.names[i%20]
		}
		t.add(row)
		switch i % 15 {
		case 1:
			row[2] = typos[sector]
			t.mark(DirtSectorMistyped)
		case 3:
			row[1] = pick(m.dice, []string{" %s", "%s  ", "　%s", "\t%s "})
			row[1] = fmt.Sprintf(row[1], name)
			t.mark(DirtSpaces)
		case 5:
			row[3] = fullWidth(row[3])
			t.mark(DirtFullWidth)
		case 7:
			row[4] = pick(m.dice, []string{"1,250万元", "￥12,000,000.50", "RMB 3600000", "2.3亿元", "860万"})
			t.mark(DirtAmount)
		case 9:
			row[9] = "主营出口\n第二行：不要在周五打电话，他说\"忙\""
			t.mark(DirtLineBreak)
		case 11:
			row[9] = pick(m.dice, []string{"=HYPERLINK(\"http://evil.example\",\"点我\")", "=1+1", "+86 以外的电话不接", "@SUM(A1:A9)"})
			t.mark(DirtFormula)
		}
		m.spoilAccount(t, i, row)
	}
	return t
}

// spoilAccount makes the few rows that can't be right.
func (m *mess) spoilAccount(t *table, i int, row []string) {
	switch i {
	case 22, 64:
		row[3] = "约五百人"
		t.mark(DirtNumberWrong)
	case 34:
		row[7] = "从未听说集团有限公司"
		t.mark(DirtParentUnknown)
	case 47:
		row[1] = ""
		m.names[i] = m.names[0]
		t.mark(DirtNameEmpty)
	case 90:
		t.add(append([]string(nil), row...), DirtSameRow)
	case 100:
		other := append([]string(nil), row...)
		other[3] = "77"
		t.add(other, DirtDuplicateKey)
	}
}

// dealRows makes deals.csv: Chinese headings.
func (m *mess) dealRows() *table {
	t := &table{headings: []string{"商机编号", "客户名称", "产品", "销售", "阶段", "立项日期", "结单日期", "预计金额", "赢率", "成交金额", "备注"}}
	for i := range dirtyDeals {
		row := m.deal()
		t.add(row)
		m.soil(t, i, row)
		m.spoil(t, i, row)
	}
	return t
}

// deal is a clean row; its name comes from account and product.
func (m *mess) deal() []string {
	m.numbers++
	stage := pick(m.dice, strings.Fields("Won Won Lost Engaging Prospecting 谈判审核 概念验证"))
	opened := time.Date(2025, 1, 6, 0, 0, 0, 0, china).AddDate(0, 0, m.IntN(560))
	price := m.between(8, 900) * 500
	row := []string{fmt.Sprintf("S%06d", m.numbers), m.names[m.IntN(len(m.names))], pick(m.dice, dirtyProducts())[0], strings.TrimSpace(pick(m.dice, dirtyTeam)[0]), stage,
		opened.Format(time.DateOnly), "", strconv.Itoa(price), "", "", ""}
	switch stage {
	case "Won":
		row[6], row[9] = opened.AddDate(0, 0, m.between(9, 130)).Format(time.DateOnly), strconv.Itoa(price-price/20)
	case "Lost":
		row[6], row[9] = opened.AddDate(0, 0, m.between(9, 130)).Format(time.DateOnly), "0"
	}
	return row
}

// soil gives a row what an import should mend or ask about.
func (m *mess) soil(t *table, i int, row []string) {
	switch i % 16 {
	case 1:
		row[2] = pick(m.dice, []string{"LakePro", "Lake  Plus Pro", "BrookSpecial", "Delta500", "Lake Baisc"})
		t.mark(DirtProductMistyped)
	case 3:
		row[1] = ""
		t.mark(DirtAccountEmpty)
	case 5:
		row[1], row[3] = row[1]+" ", " "+row[3]
		t.mark(DirtSpaces)
	case 7:
		day, _ := time.Parse(time.DateOnly, row[5])
		row[5] = day.Format(pick(m.dice, []string{"2006/1/2", "2006年1月2日", "20060102", "02-Jan-2006", "2006.01.02", "2006-01-02 00:00:00"}))
		t.mark(DirtDateForm)
	case 9:
		n, _ := strconv.Atoi(row[7])
		row[7] = pick(m.dice, []string{"￥" + thousands(n) + ".50", wan(float64(n)) + "元", "¥" + thousands(n), "CNY " + strconv.Itoa(n)})
		t.mark(DirtAmount)
	case 11:
		row[8] = strconv.Itoa(5*m.between(1, 19)) + "%"
		t.mark(DirtPercent)
	case 12:
		row[10] = "第一行\n第二行，含逗号；含分号|竖线\t制表"
		t.mark(DirtLineBreak)
	case 13:
		row[7] = fullWidth(row[7])
		t.mark(DirtFullWidth)
	case 14:
		row[1] = strings.TrimSuffix(row[1], "有限公司")
		t.mark(DirtAccountShort)
	}
	if i%16 == 15 && row[6] == "" {
		t.rows[len(t.rows)-1] = row[:8]
		t.mark(DirtShort)
	}
}

// spoil makes the few rows that can't be brought in as they stand; they are clean else.
func (m *mess) spoil(t *table, i int, row []string) {
	if i%16 != 0 {
		return
	}
	switch i / 16 {
	case 2, 9:
		row[1] = "查无此户贸易有限公司"
		t.mark(DirtAccountUnknown)
	case 4:
		row[2] = "Glacier 9000"
		t.mark(DirtProductUnknown)
	case 6, 11:
		row[3] = "已离职员工"
		t.mark(DirtOwnerUnknown)
	case 8:
		row[4] = "天知道"
		t.mark(DirtStageUnknown)
	case 10:
		row[5] = "2026-02-30"
		t.mark(DirtDateWrong)
	case 12:
		row[5] = "待定"
		t.mark(DirtDateWrong)
	case 14:
		t.rows[len(t.rows)-1] = append(row, "多出来的", "两格")
		t.mark(DirtLong)
	case 16:
		t.add(append([]string(nil), row...), DirtSameRow)
	case 18, 20:
		other := append([]string(nil), row...)
		other[7] = "99000"
		t.add(other, DirtDuplicateKey)
	case 22:
		row[10] = "=cmd|' /C calc'!A0"
		t.mark(DirtFormula)
	}
}

func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
