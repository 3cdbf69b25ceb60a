import { CustomChart, ScatterChart } from 'echarts/charts'
import { AriaComponent, GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components'
import * as echarts from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'
import type { Rate } from '../api/profile'
import { useI18n } from '../i18n'
import '../i18n/profile'
import { useTheme } from '../theme/ThemeProvider'
import { fonts, palettes } from '../theme/tokens'
import { useWords } from './words'

echarts.use([CustomChart, ScatterChart, GridComponent, TooltipComponent, MarkLineComponent, AriaComponent, SVGRenderer])

/** Rates as points on their intervals, with everyone's as a line. */
export default function WinChart({ rows, all }: { rows: { name: string; rate: Rate }[]; all: Rate }) {
  const { t } = useI18n()
  const { percent, span } = useWords()
  const { name: theme } = useTheme()
  const host = useRef<HTMLDivElement>(null)
  const title = t('ideal.winChart')
  const said = JSON.stringify(rows)
  useEffect(() => {
    if (!host.current) return
    const p = palettes[theme]
    const list = [...rows].reverse()
    const chart = echarts.init(host.current, undefined, { renderer: 'svg' })
    chart.setOption({
      animation: false,
      aria: { enabled: true, label: { description: title } },
      textStyle: { fontFamily: fonts.text, color: p.textSoft },
      grid: { left: 4, right: 24, top: 22, bottom: 4, containLabel: true },
      tooltip: { trigger: 'item', backgroundColor: p.raised, borderColor: p.line, textStyle: { color: p.text, fontSize: 12 }, formatter: (x: unknown) => { const r = list[(x as { dataIndex: number }).dataIndex]; return r ? echarts.format.encodeHTML(r.name) + '<br><b>' + percent(r.rate.rate, 1) + '</b> ' + span(r.rate.low, r.rate.high) + ` (${r.rate.hits}/${r.rate.of})` : '' } },
      xAxis: { type: 'value', min: 0, max: 1, splitLine: { lineStyle: { color: p.line } }, axisLabel: { fontSize: 11, color: p.textFaint, formatter: (n: number) => percent(n) } },
      yAxis: { type: 'category', data: list.map((r) => r.name), axisTick: { show: false }, axisLine: { show: false }, axisLabel: { fontSize: 12, color: p.textSoft } },
      series: [
        {
          type: 'custom',
          data: list.map((r, i) => [r.rate.low, i, r.rate.high]),
          encode: { x: [0, 2], y: 1 },
          renderItem: (_: unknown, api: { value: (i: number) => number; coord: (v: number[]) => number[] }) => {
            const a = api.coord([api.value(0), api.value(1)])
            const b = api.coord([api.value(2), api.value(1)])
            return { type: 'line', shape: { x1: a[0], y1: a[1], x2: b[0], y2: b[1] }, style: { stroke: p.accent, lineWidth: 4, opacity: 0.35 } }
          },
        },
        {
          type: 'scatter',
          data: list.map((r, i) => [r.rate.rate, i]),
          symbolSize: 9,
          itemStyle: { color: p.accent },
          markLine: { silent: true, symbol: 'none', lineStyle: { color: p.warning, type: 'dashed' }, label: { formatter: t('ideal.all') + ' ' + percent(all.rate), color: p.textSoft, fontSize: 11 }, data: [{ xAxis: all.rate }] },
        },
      ],
    })
    const watch = new ResizeObserver(() => chart.resize())
    watch.observe(host.current)
    return () => {
      watch.disconnect()
      chart.dispose()
    }
    // rows are made anew with every render; said says whether they are the same
  }, [said, all.rate, theme, title])
  return <div ref={host} role="img" aria-label={title + '：' + rows.map((r) => `${r.name} ${percent(r.rate.rate)} (${span(r.rate.low, r.rate.high)})`).join('；')} style={{ height: 48 + rows.length * 26 }} />
}
