/**
 * The chart of an alert: 90 days of tickets as bars, what was expected, the alert line, the nights that mattered, and the fan of the
 * coming days.
 */
import type { Locale } from '../../core/config.ts'
import { t } from '../../core/texts.ts'
import type { AlertFacts, ComingDay, SeriesDay } from './facts.ts'
import { draw, INK } from './echarts.ts'
import { html } from './html.ts'
import type { Markup } from './html.ts'
import { formatAmount, formatDate } from './words.ts'

type Library = typeof import('echarts')

/** Space around the plot, in pixels. */
const GRID = { left: 36, right: 10, top: 28, bottom: 28 } as const

/** Two drawings, of which style shows one: text scaled down to a phone could not be read. */
const SIZES = [
  { width: 560, height: 250, className: 'wide', fontSize: 13, everyMonth: 2 },
  { width: 340, height: 200, className: 'narrow', fontSize: 12, everyMonth: 1 },
] as const

/** @param title the alert's headline, for the text that stands for the picture */
export function seriesFigure(echarts: Library, locale: Locale, alert: AlertFacts, title: string): Markup {
  const { series } = alert
  if (series.length === 0) return html`<p class="note">${t(locale, 'report.chart.none')}</p>`
  const label = summary(locale, series, title)
  return html`<figure class="chart">
<figcaption>${t(locale, 'report.chart.title')}</figcaption>
${SIZES.map((size) => draw(echarts, { ...size, label, option: option(locale, alert, size), underlay: () => gapBands(alert, size) + fans(alert, size) }))}
<ul class="legend">
<li><i class="key bar"></i>${t(locale, 'report.chart.observed')}</li>
<li><i class="key now"></i>${t(locale, 'report.chart.window')}</li>
<li><i class="key expected"></i>${t(locale, 'report.chart.expected')}</li>
<li><i class="key upper"></i>${t(locale, 'report.chart.upper')}</li>
${series.some((day) => day.observed === null) && html`<li><i class="key gap"></i>${t(locale, 'report.chart.gap')}</li>`}
${alert.coming.length > 0 && html`<li><i class="key forecast"></i>${t(locale, 'report.chart.forecast')}</li>
<li><i class="key fanHalf"></i>${t(locale, 'report.chart.forecast_half')}</li>
<li><i class="key fan"></i>${t(locale, 'report.chart.forecast_range')}</li>`}
${noticesShown(alert).length > 0 && html`<li><i class="key notice" aria-hidden="true">▼</i>${t(locale, 'report.chart.notice')}</li>`}
</ul>
</figure>`
}

/** The same numbers as a table, for those who cannot or will not read the picture. */
export function seriesTable(locale: Locale, alert: AlertFacts): Markup {
  if (alert.series.length === 0) return html``
  return html`<details class="figures"><summary>${t(locale, 'report.chart.table', { n: alert.series.length })}</summary>
<div class="scroll" tabindex="0" role="region" aria-label="${t(locale, 'report.chart.title')}"><table class="numbers"><thead><tr><th scope="col">${t(locale, 'report.chart.day')}</th><th scope="col">${t(locale, 'report.alert.observed')}</th>\
<th scope="col">${t(locale, 'report.alert.expected')}</th><th scope="col">${t(locale, 'report.alert.upper')}</th></tr></thead><tbody>
${alert.series.map((day) => html`<tr><th scope="row">${day.day}</th><td>${day.observed ?? t(locale, 'report.chart.gap')}</td><td>${amount(locale, day.expected)}</td><td>${amount(locale, day.upper)}</td></tr>`)}
</tbody></table></div></details>`
}

function amount(locale: Locale, value: number | null): string {
  return value === null ? '–' : formatAmount(locale, value)
}

function summary(locale: Locale, series: SeriesDay[], title: string): string {
  const known = series.filter((day) => day.observed !== null)
  const peak = known.reduce((best, day) => (day.observed! > best.observed! ? day : best), known[0] ?? { ...series[0]!, observed: 0 })
  return t(locale, 'report.chart.summary', {
    title, from: formatDate(locale, series[0]!.day, 'full'), until: formatDate(locale, series.at(-1)!.day, 'full'),
    peak: peak.observed ?? 0, peakDay: formatDate(locale, peak.day, 'short'),
  })
}

function noticesShown(alert: AlertFacts): number[] {
  return alert.notices.map((night) => alert.series.findIndex((day) => day.day === night)).filter((i) => i >= 0)
}

function option(locale: Locale, alert: AlertFacts, size: typeof SIZES[number]): Record<string, unknown> {
  const { series, coming, window_days: windowDays } = alert
  const n = series.length
  const days = daysShown(alert)
  const ahead = (values: (number | null)[]): (number | null)[] => [...new Array<null>(n).fill(null), ...values]
  const first = series.findIndex((day) => day.day === alert.first_night)
  const top = topOf(alert)
  const line = (values: (number | null)[], color: string, type: 'solid' | 'dashed'): Record<string, unknown> => ({
    type: 'line', silent: true, symbol: 'none', step: 'middle', data: values, connectNulls: false, clip: false, z: 3,
    lineStyle: { color, width: type === 'solid' ? 1.5 : 1.75, type: type === 'solid' ? 'solid' : [5, 3] },
  })
  // Two series rather than a colour an item, which would cost the library a model for each of ninety items.
  const bars = (values: (number | null)[], color: string): Record<string, unknown> => ({
    type: 'bar', silent: true, clip: false, barCategoryGap: '18%', barGap: '-100%', z: 2, data: values.map((value) => value || null), itemStyle: { color },
  })
  return {
    grid: GRID,
    xAxis: {
      type: 'category', data: days, axisTick: { show: false }, axisLine: { lineStyle: { color: INK.grid } },
      axisLabel: {
        color: INK.text, fontSize: size.fontSize, interval: (i: number) => isLabelled(days[i]!, size.everyMonth) && i > 1 && i < days.length - 3,
        formatter: (day: string) => formatDate(locale, day, 'short'),
      },
    },
    yAxis: {
      type: 'value', min: 0, max: Math.ceil(top * 1.1), minInterval: 1, splitNumber: 3, axisLabel: { color: INK.text, fontSize: size.fontSize, showMaxLabel: false },
      splitLine: { lineStyle: { color: INK.grid } },
    },
    series: [
      bars(series.map((day, i) => (i < n - windowDays ? day.observed : null)), INK.bar),
      {
        ...bars(series.map((day, i) => (i < n - windowDays ? null : day.observed)), INK.now),
        markLine: first < 0 ? undefined : {
          silent: true, symbol: 'none', data: [{ xAxis: first }], lineStyle: { color: INK.mark, type: 'solid', width: 1 },
          label: {
            formatter: t(locale, 'report.chart.first'), color: INK.text, fontSize: size.fontSize, position: 'end', rotate: 0,
            align: first > n * 0.75 ? 'right' : first < n * 0.25 ? 'left' : 'center', distance: 6,
          },
        },
      },
      line(series.map((day) => day.expected), INK.expected, 'solid'),
      line(series.map((day) => day.upper), INK.upper, 'dashed'),
      ...(coming.length > 0 ? [line(ahead(coming.map((day) => day.q50)), INK.forecast, 'solid')] : []),
      {
        type: 'scatter', silent: true, clip: false, z: 4, symbol: 'triangle', symbolRotate: 180, symbolSize: [9, 8], symbolOffset: [0, 4], itemStyle: { color: INK.mark },
        data: noticesShown(alert).map((i) => [i, Math.ceil(top * 1.1)]),
      },
    ],
  }
}

/** The 1st of a month, and the 15th where there is room. */
function isLabelled(day: string, times: 1 | 2): boolean {
  return day.endsWith('-01') || (times === 2 && day.endsWith('-15'))
}

/** The days of the axis: those of the series, then the coming ones. */
function daysShown({ series, coming }: AlertFacts): string[] {
  return [...series, ...coming].map((day) => day.day)
}

/** Largest value that is drawn. */
function topOf({ series, coming }: AlertFacts): number {
  return Math.max(1, ...series.map((day) => Math.max(day.observed ?? 0, day.upper ?? 0)), ...coming.map((day) => day.q90))
}

/** The bands in which the coming days lie 8 and 5 of 10 times, as steps like the lines; drawn by hand as the gaps are. */
function fans(alert: AlertFacts, { width, height }: typeof SIZES[number]): string {
  if (alert.coming.length === 0) return ''
  const step = (width - GRID.left - GRID.right) / daysShown(alert).length
  const tall = height - GRID.top - GRID.bottom
  const most = Math.ceil(topOf(alert) * 1.1)
  const x = (i: number): string => (GRID.left + (alert.series.length + i) * step).toFixed(1)
  const y = (value: number): string => (GRID.top + tall * (1 - Math.min(most, value) / most)).toFixed(1)
  const band = (low: (day: ComingDay) => number, high: (day: ComingDay) => number, ink: string): string => {
    const over = alert.coming.map((day, i) => `${i === 0 ? 'M' : 'L'}${x(i)} ${y(high(day))}H${x(i + 1)}`).join('')
    const under = alert.coming.map((day, i) => `L${x(i + 1)} ${y(low(day))}H${x(i)}`).reverse().join('')
    return `<path d="${over}${under}z" fill="${ink}"/>`
  }
  return band((day) => day.q10, (day) => day.q90, INK.fan) + band((day) => day.q25, (day) => day.q75, INK.fanHalf)
}

/** Shaded days without data; drawn by hand because a marked area of ECharts covers other days than it is told. */
function gapBands(alert: AlertFacts, { width, height }: typeof SIZES[number]): string {
  const { series } = alert
  const step = (width - GRID.left - GRID.right) / daysShown(alert).length
  const tall = height - GRID.top - GRID.bottom
  return gapsOf(series).map(([from, until]) =>
    `<path d="M${(GRID.left + from * step).toFixed(1)} ${GRID.top}h${((until - from) * step).toFixed(1)}v${tall}h-${((until - from) * step).toFixed(1)}z" fill="${INK.gap}"/>`).join('')
}

/** Runs of unknown days as index ranges. */
function gapsOf(series: SeriesDay[]): [from: number, until: number][] {
  const gaps: [number, number][] = []
  series.forEach((day, i) => {
    if (day.observed !== null) return
    const last = gaps.at(-1)
    if (last && last[1] === i) last[1] = i + 1
    else gaps.push([i, i + 1])
  })
  return gaps
}
