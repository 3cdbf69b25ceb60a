import { useCallback, useMemo } from 'react'
import type { ValueAnswer, ValueResult } from '../api/value'
import { axis, Chart, encode, type Palette } from '../charts/Chart'
import { useI18n } from '../i18n'
import '../i18n/value'
import { amountOf } from './amount'

const n = (money: string) => Number(amountOf(money).amount)

/** Benefits, costs and what they add up to, year by year. */
export function CashFlow({ result }: { result: ValueResult }) {
  const { t, format } = useI18n()
  const years = useMemo(() => result.years.map((y) => (y.year === 0 ? t('value.start') : t('value.year', { n: String(y.year) }))), [result, t])
  const label = t('value.cashFlow') + '：' + result.years.map((y, i) => years[i] + ' ' + format.moneyCompact(amountOf(y.flow))).join('；')
  const option = useCallback(
    (p: Palette) => {
      const a = axis(p)
      return {
        grid: { ...a.grid, top: 30 },
        legend: { top: 0, right: 0, itemWidth: 10, itemHeight: 10, textStyle: { color: p.textSoft, fontSize: 11 } },
        tooltip: { ...a.tooltip, confine: true, trigger: 'axis', valueFormatter: (v: unknown) => format.moneyCompact({ amount: String(v), currency: result.currency }) },
        xAxis: { type: 'category', data: years, ...a.category },
        yAxis: { type: 'value', ...a.value, axisLabel: { ...a.value.axisLabel, formatter: (v: number) => format.compact(v) } },
        series: [
          { type: 'bar', name: t('value.benefits'), stack: 'flow', data: result.years.map((y) => n(y.benefits)), itemStyle: { color: p.accent }, barMaxWidth: 44 },
          { type: 'bar', name: t('value.costs'), stack: 'flow', data: result.years.map((y) => -n(y.costs)), itemStyle: { color: p.danger }, barMaxWidth: 44 },
          { type: 'line', name: t('value.cumulative'), data: result.years.map((y) => n(y.total)), lineStyle: { color: p.text, width: 1.5 }, itemStyle: { color: p.text }, symbolSize: 5 },
        ],
      }
    },
    [result, years, format, t],
  )
  return <Chart option={option} label={label} height={240} />
}

/** What each number alone adds to the net present value or takes from it, the strongest on top. */
export function Tornado({ answer }: { answer: ValueAnswer }) {
  const { t, label: text, format } = useI18n()
  const shown = useMemo(() => answer.tornado.filter((s) => Number(amountOf(s.effect).amount) > 0).slice(0, 10).reverse(), [answer])
  const middle = n(answer.results[1]?.npv ?? '0 ')
  const currency = answer.model.currency
  const label = t('value.tornado') + '：' + [...shown].reverse().map((s) => text(s.name) + ' ' + format.moneyCompact(amountOf(s.effect))).join('；')
  const option = useCallback(
    (p: Palette) => {
      const a = axis(p)
      const bar = (npv: (i: number) => number, name: string, color: string) => ({ type: 'bar' as const, name, stack: 'swing', data: shown.map((_, i) => npv(i) - middle), itemStyle: { color }, barMaxWidth: 16 })
      return {
        grid: { ...a.grid, top: 26 },
        legend: { top: 0, right: 0, itemWidth: 10, itemHeight: 10, textStyle: { color: p.textSoft, fontSize: 11 } },
        tooltip: {
          ...a.tooltip,
          confine: true,
          trigger: 'axis',
          axisPointer: { type: 'shadow', shadowStyle: { color: p.sunken } },
          formatter: (at: unknown) => {
            const s = shown[(at as { dataIndex: number }[])[0]?.dataIndex ?? 0]
            if (!s) return ''
            const one = (v: string, npv: string) => encode(`${format.number(v)} → ${format.moneyCompact(amountOf(npv))}`)
            return '<b>' + encode(text(s.name)) + '</b><br>' + one(s.low, s.npv_low) + '<br>' + one(s.high, s.npv_high)
          },
        },
        xAxis: { type: 'value', ...a.value, splitNumber: 3, axisLabel: { ...a.value.axisLabel, hideOverlap: true, formatter: (v: number) => (v > 0 ? '+' : '') + format.moneyCompact({ amount: String(v), currency }) } },
        yAxis: { type: 'category', data: shown.map((s) => text(s.name)), ...a.category, axisLabel: { ...a.category.axisLabel, width: 150, overflow: 'truncate' } },
        series: [bar((i) => n(shown[i]?.npv_low ?? '0 '), t('value.atLow'), p.info), bar((i) => n(shown[i]?.npv_high ?? '0 '), t('value.atHigh'), p.accent)],
      }
    },
    [shown, middle, currency, format, text, t],
  )
  return <Chart option={option} label={label} height={Math.max(120, shown.length * 24 + 60)} />
}

/** How the net present value is spread when every number varies within its range. */
export function Spread({ answer }: { answer: ValueAnswer }) {
  const { t, format } = useI18n()
  const { bins, quantiles } = answer.simulation
  const label = t('value.spread') + '：' + quantiles.map((q) => Number(q.share) * 100 + '% ≤ ' + format.moneyCompact(amountOf(q.npv))).join('；')
  const option = useCallback(
    (p: Palette) => {
      const a = axis(p)
      return {
        grid: a.grid,
        tooltip: {
          ...a.tooltip,
          confine: true,
          trigger: 'axis',
          axisPointer: { type: 'shadow', shadowStyle: { color: p.sunken } },
          formatter: (at: unknown) => {
            const b = bins[(at as { dataIndex: number }[])[0]?.dataIndex ?? 0]
            return b ? encode(`${format.moneyCompact(amountOf(b.from))} – ${format.moneyCompact(amountOf(b.to))}`) + '<br><b>' + format.number(b.count) + '</b>' : ''
          },
        },
        xAxis: { type: 'category', data: bins.map((b) => format.moneyCompact(amountOf(b.from))), ...a.category },
        yAxis: { type: 'value', ...a.value },
        series: [{ type: 'bar', barCategoryGap: '6%', data: bins.map((b) => ({ value: b.count, itemStyle: { color: n(b.to) <= 0 ? p.danger : p.accent } })) }],
      }
    },
    [bins, format],
  )
  return <Chart option={option} label={label} height={180} />
}
