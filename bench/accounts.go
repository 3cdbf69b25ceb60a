package main

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"

	"headwater/lake"
)

// seed makes every run measure the same accounts.
const seed = 20261121

// columns are the 15 fields that every account has.
var columns = []lake.FieldName{"name", "industry", "segment", "status", "employees", "annual_revenue", "founded_year",
	"domain", "phone", "email", "region", "province", "city", "address", "external_id"}

// account holds the values of columns; the revenue is an amount in CNY.
type account [15]string

const (
	atEmployees = 4
	atRevenue   = 5
	atFounded   = 6
)

// cells of an account as the lake takes them.
func (a *account) cells() lake.Cells {
	out := make(lake.Cells, len(columns))
	for i, f := range columns {
		out[f] = lake.Cell(a[i])
	}
	out["annual_revenue"] += " CNY"
	return out
}

// json is an account as the API takes it.
func (a *account) json() map[string]any {
	out := make(map[string]any, len(columns))
	for i, f := range columns {
		out[string(f)] = a[i]
	}
	out["annual_revenue"] = map[string]string{"amount": a[atRevenue], "currency": "CNY"}
	return out
}

type town struct{ city, province, region, code string }

var (
	brandHeads = strings.Fields("衡 澜 岑 砚 朔 珩 昱 霁 屿 翊 棠 湛 栩 珏 骁 峤 泓 黎 桓 璟 柏 熠 淳 煦 嵩 琅 筑 曜 漾 阙 麓 雍 郁 颢 沣 穹 榕 芷 岫 溯")
	brandTails = strings.Fields("舟 岳 序 渡 穗 衍 桥 野 驰 蔚 图 砺 陵 庭 汐 谷 程 璞 池 岩 鹿 棹 畔 垣 甸 樾 港 杼 梭 塬 坪 圃 屏 笙 笛 钟 锚 帛 弦 辙")
	trades     = strings.Fields("科技 智能装备 电子 医药 物流 供应链 能源 新材料 商贸 信息技术 生物 环保 机械 教育科技 网络")
	forms      = strings.Fields("有限公司 股份有限公司 集团有限公司 有限责任公司")
	industries = strings.Fields("manufacturing manufacturing manufacturing finance retail_ecommerce retail_ecommerce logistics healthcare government " +
		"education energy gaming_internet professional_services foreign_trade software technology telecommunications real_estate")
	statuses = strings.Fields("prospect prospect prospect customer customer former partner")
	streets  = strings.Fields("人民路 解放路 中山路 科技园路 创新大道 滨江路 建设路 文化路 东风路 长江路")
	towns    = []town{
		{"北京", "北京", "华北", "010"}, {"天津", "天津", "华北", "022"}, {"石家庄", "河北", "华北", "0311"}, {"太原", "山西", "华北", "0351"},
		{"沈阳", "辽宁", "东北", "024"}, {"大连", "辽宁", "东北", "0411"}, {"长春", "吉林", "东北", "0431"}, {"哈尔滨", "黑龙江", "东北", "0451"},
		{"上海", "上海", "华东", "021"}, {"苏州", "江苏", "华东", "0512"}, {"南京", "江苏", "华东", "025"}, {"杭州", "浙江", "华东", "0571"},
		{"宁波", "浙江", "华东", "0574"}, {"合肥", "安徽", "华东", "0551"}, {"厦门", "福建", "华东", "0592"}, {"青岛", "山东", "华东", "0532"},
		{"郑州", "河南", "华中", "0371"}, {"武汉", "湖北", "华中", "027"}, {"长沙", "湖南", "华中", "0731"}, {"广州", "广东", "华南", "020"},
		{"深圳", "广东", "华南", "0755"}, {"东莞", "广东", "华南", "0769"}, {"南宁", "广西", "华南", "0771"}, {"成都", "四川", "西南", "028"},
		{"重庆", "重庆", "西南", "023"}, {"昆明", "云南", "西南", "0871"}, {"西安", "陕西", "西北", "029"}, {"兰州", "甘肃", "西北", "0931"},
	}
)

func pick[T any](d *rand.Rand, list []T) T { return list[d.IntN(len(list))] }

// accounts yields n accounts, always the same ones.
func accounts(n int) iter.Seq2[int, *account] {
	return func(yield func(int, *account) bool) {
		d := rand.New(rand.NewPCG(seed, 1))
		for i := range n {
			if !yield(i, newAccount(d, i)) {
				return
			}
		}
	}
}

// newAccount invents a company; its size is log-normal, and revenue follows size.
func newAccount(d *rand.Rand, i int) *account {
	place := pick(d, towns)
	employees := max(1, int(120*math.Exp(d.NormFloat64()*1.6)))
	segment := "growth"
	switch {
	case employees >= 1000:
		segment = "large"
	case employees >= 100:
		segment = "medium"
	}
	domain := fmt.Sprintf("c%06x.example", (i*2654435761)&0xffffff)
	return &account{
		place.city + pick(d, brandHeads) + pick(d, brandTails) + pick(d, trades) + pick(d, forms),
		pick(d, industries), segment, pick(d, statuses), fmt.Sprint(employees),
		strconv.FormatFloat(math.Round(float64(employees)*8e7*math.Exp(d.NormFloat64()*0.7))/100, 'f', -1, 64),
		fmt.Sprint(2025 - int(math.Abs(d.NormFloat64())*11)),
		domain, fmt.Sprintf("%s-%08d", place.code, 20_000_000+d.IntN(69_999_999)), "info@" + domain,
		place.region, place.province, place.city,
		fmt.Sprintf("%s%d号", pick(d, streets), 1+d.IntN(999)), fmt.Sprintf("KH%08d", i),
	}
}

// writeCSV writes n accounts under the names of their fields.
func writeCSV(path string, n int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	out := bufio.NewWriterSize(f, 1<<20)
	w := csv.NewWriter(out)
	head := make([]string, len(columns))
	for i, c := range columns {
		head[i] = string(c)
	}
	if err := w.Write(head); err != nil {
		return err
	}
	for _, a := range accounts(n) {
		if err := w.Write(a[:]); err != nil {
			return err
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return f.Close()
}
