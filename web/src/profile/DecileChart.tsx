import { BarChart, LineChart } from 'echarts/charts'
import { AriaComponent, GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components'
import * as echarts from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'
import type { Backtest } from '../api/profile'
import { useI18n } from '../i18n'
import '../i18n/profile'
import { useTheme } from '../theme/ThemeProvider'
import { fonts, palettes } from '../theme/tokens'
import { useWords } from './words'

echarts.use([BarChart, LineChart, GridComponent, TooltipComponent, MarkLineComponent, AriaComponent, SVGRenderer])

/** Outcome rate by tenth of the score, the last version beside, the base rate as a line; and the same as a table. */
export default function DecileChart({ test: b }: { test: Backtest }) {
  const { t } = useI18n()
  const { percent, span } = useWords()
  const { name: theme } = useTheme()
  const host = useRef<HTMLDivElement>(null)
  const title = t('ideal.deciles')
  const base = t('ideal.baseRate', { rate: percent(b.everyone.rate, 1) })
  const mine = t('ideal.thisVersion')
  const others = b.last ? t('ideal.lastVersion', { version: b.last.version ?? b.last.id }) : ''
  const deciles = b.version.deciles ?? []
  useEffect(() => {
    if (!host.current || deciles.length === 0) return
    const p = palettes[theme]
    const chart = echarts.init(host.current, undefined, { renderer: 'svg' })
    chart.setOption({
      animation: false,
      aria: { enabled: true, label: { description: title } },
      textStyle: { fontFamily: fonts.text, color: p.textSoft },
      grid: { left: 4, right: 12, top: 18, bottom: 4, containLabel: true },
      tooltip: { trigger: 'axis', backgroundColor: p.raised, borderColor: p.line, textStyle: { color: p.text, fontSize: 12 }, valueFormatter: (v: unknown) => percent(Number(v), 1) },
      xAxis: { type: 'category', data: deciles.map((d) => String(d.decile)), axisTick: { show: false }, axisLine: { lineStyle: { color: p.lineStrong } }, axisLabel: { fontSize: 11, color: p.textFaint } },
      yAxis: { type: 'value', min: 0, splitNumber: 3, splitLine: { lineStyle: { color: p.line } }, axisLabel: { fontSize: 11, color: p.textFaint, formatter: (n: number) => percent(n) } },
      series: [
        {
          name: mine,
          type: 'bar',
          data: deciles.map((d) => d.rate),
          itemStyle: { color: p.accent, borderRadius: [2, 2, 0, 0] },
          markLine: { silent: true, symbol: 'none', lineStyle: { color: p.warning, type: 'dashed' }, label: { formatter: base, position: 'insideEndTop', color: p.textSoft, fontSize: 11 }, data: [{ yAxis: b.everyone.rate }] },
        },
        ...(b.last?.deciles ? [{ name: others, type: 'line', data: b.last.deciles.map((d) => d.rate), itemStyle: { color: p.textFaint }, lineStyle: { color: p.textFaint, type: 'dotted' } }] : []),
      ],
    })
    const watch = new ResizeObserver(() => chart.resize())
    watch.observe(host.current)
    return () => {
      watch.disconnect()
      chart.dispose()
    }
    // percent says the same after every render
  }, [b, theme, title, base, mine, others])
  return (
    <figure className="profile-figure">
      <figcaption>{title}</figcaption>
      <div ref={host} className="profile-chart" role="img" aria-label={title + '：' + deciles.map((d) => `${d.decile} ${percent(d.rate, 1)}`).join('；')} />
      <details>
        <summary>{t('ideal.decile', { n: '1–10' })}</summary>
        <table className="plain-table">
          <thead>
            <tr>
              <th />
              <th className="num">{t('ideal.rate')}</th>
              <th className="num">{t('ideal.lift')}</th>
              <th className="num">{t('ideal.caught')}</th>
            </tr>
          </thead>
          <tbody>
            {deciles.map((d) => (
              <tr key={d.decile}>
                <th scope="row">{t('ideal.decile', { n: d.decile })}</th>
                <td className="num">
                  {percent(d.rate, 1)} <span className="faint">{span(d.low, d.high)}</span>
                </td>
                <td className="num">{d.lift.toFixed(2)}</td>
                <td className="num">{percent(d.caught)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  )
}
