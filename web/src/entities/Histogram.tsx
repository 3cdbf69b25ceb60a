import { BarChart } from 'echarts/charts'
import { AriaComponent, GridComponent, TooltipComponent } from 'echarts/components'
import * as echarts from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'
import type { Counted } from '../api/homeTypes'
import { useI18n } from '../i18n'
import { useTheme } from '../theme/ThemeProvider'
import { fonts, palettes } from '../theme/tokens'

echarts.use([BarChart, GridComponent, TooltipComponent, AriaComponent, SVGRenderer])

/** How many values fall into each range; ranges are named by their lower end. */
export default function Histogram({ bins, max, name, label }: { bins: Counted[]; max: string; name: (v: string) => string; label: string }) {
  const { format } = useI18n()
  const { name: theme } = useTheme()
  const host = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!host.current) return
    const p = palettes[theme]
    const chart = echarts.init(host.current, undefined, { renderer: 'svg' })
    const upper = (i: number) => name(bins[i + 1]?.value ?? max)
    chart.setOption({
      animation: false,
      aria: { enabled: true, label: { description: label + ': ' + bins.map((b, i) => `${name(b.value)}–${upper(i)} ${b.count}`).join('；') } },
      textStyle: { fontFamily: fonts.text, color: p.textSoft },
      grid: { left: 4, right: 8, top: 10, bottom: 4, containLabel: true },
      tooltip: {
        trigger: 'axis',
        axisPointer: { type: 'shadow', shadowStyle: { color: p.sunken } },
        backgroundColor: p.raised,
        borderColor: p.line,
        textStyle: { color: p.text, fontSize: 12 },
        formatter: (at: unknown) => {
          const i = (at as { dataIndex: number }[])[0]?.dataIndex ?? 0
          return echarts.format.encodeHTML(`${name(bins[i]?.value ?? '')} – ${upper(i)}`) + '<br><b>' + format.number(bins[i]?.count ?? 0) + '</b>'
        },
      },
      xAxis: { type: 'category', data: bins.map((b) => name(b.value)), axisTick: { show: false }, axisLine: { lineStyle: { color: p.lineStrong } }, axisLabel: { fontSize: 11, color: p.textFaint, hideOverlap: true } },
      yAxis: { type: 'value', splitNumber: 3, splitLine: { lineStyle: { color: p.line } }, axisLabel: { fontSize: 11, color: p.textFaint, formatter: (n: number) => format.compact(n) } },
      series: [{ type: 'bar', data: bins.map((b) => b.count), barCategoryGap: '8%', itemStyle: { color: p.accent, borderRadius: [2, 2, 0, 0] } }],
    })
    const watch = new ResizeObserver(() => chart.resize())
    watch.observe(host.current)
    return () => {
      watch.disconnect()
      chart.dispose()
    }
    // name is made anew with every render, but says the same.
  }, [bins, max, label, theme, format])
  return <div ref={host} className="histogram" role="img" aria-label={label} />
}
