import { BarChart, HeatmapChart, LineChart } from 'echarts/charts'
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent } from 'echarts/components'
import * as echarts from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'
import { useTheme } from '../theme/ThemeProvider'
import { fonts, palettes } from '../theme/tokens'

echarts.use([BarChart, LineChart, HeatmapChart, GridComponent, LegendComponent, TooltipComponent, MarkLineComponent, VisualMapComponent, AriaComponent, SVGRenderer])

export type Palette = (typeof palettes)[keyof typeof palettes]
export type Option = Parameters<echarts.ECharts['setOption']>[0]

/** A chart in the page's colours. What it shows is said in words by label, for those who can't see it. */
export function Chart({ option, label, height = 220 }: { option: (p: Palette) => Option; label: string; height?: number }) {
  const { name: theme } = useTheme()
  const host = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!host.current) return
    const p = palettes[theme]
    const chart = echarts.init(host.current, undefined, { renderer: 'svg' })
    chart.setOption({ animation: false, aria: { enabled: true, label: { description: label } }, textStyle: { fontFamily: fonts.text, color: p.textSoft }, ...option(p) })
    const watch = new ResizeObserver(() => chart.resize())
    watch.observe(host.current)
    return () => {
      watch.disconnect()
      chart.dispose()
    }
  }, [option, label, theme])
  return <div ref={host} style={{ height }} role="img" aria-label={label} />
}

/** Axes, grid and tooltip as all charts of the page have them. */
export const axis = (p: Palette) => ({
  category: { axisTick: { show: false }, axisLine: { lineStyle: { color: p.lineStrong } }, axisLabel: { fontSize: 11, color: p.textFaint, hideOverlap: true } },
  value: { splitNumber: 4, splitLine: { lineStyle: { color: p.line } }, axisLabel: { fontSize: 11, color: p.textFaint } },
  grid: { left: 4, right: 12, top: 12, bottom: 4, containLabel: true },
  tooltip: { backgroundColor: p.raised, borderColor: p.line, textStyle: { color: p.text, fontSize: 12 } },
})

export const encode = (s: string) => echarts.format.encodeHTML(s)
