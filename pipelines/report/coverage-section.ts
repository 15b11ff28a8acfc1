/**
 * What was judged and on what data: verdicts, reasons for none, sweeps, places not found, gaps and freshness.
 */
import type { Locale } from '../../core/config.ts'
import { formatDay, parseDay } from '../../core/days.ts'
import { t } from '../../core/texts.ts'
import type { ReportCoverageRow, ReportSourceRow } from '../../sql/report.ts'
import type { Coverage, PlaceCoverage } from '../learn/under-reporting.ts'
import { codeText } from './alert-section.ts'
import type { ReportFacts } from './facts.ts'
import { html } from './html.ts'
import type { Content, Markup } from './html.ts'
import { countText, formatAmount, formatDate, formatShare, formatWhole, named } from './words.ts'

/** Places that are named; the rest is counted. */
const MOST_PLACES = 20

/** Verdict as the store spells it → the text's key; 'cannot tell' and 'cannot_tell' are one. */
export function verdictKey(verdict: string): string {
  return verdict.replaceAll(' ', '_')
}

/** Series with a verdict and series without. */
export function judgedOf(coverage: readonly ReportCoverageRow[]): { judged: number, unknown: number } {
  const sum = (rows: readonly ReportCoverageRow[]): number => rows.reduce((total, row) => total + row.series, 0)
  const unknown = sum(coverage.filter((row) => verdictKey(row.verdict) === 'cannot_tell'))
  return { judged: sum(coverage) - unknown, unknown }
}

export function coverageSection(locale: Locale, facts: ReportFacts): Markup {
  const { sources, coverage } = facts
  const sum = (key: 'tickets' | 'sweeps' | 'unlocated'): number => sources.reduce((total, source) => total + source[key], 0)
  const share = (key: 'sweeps' | 'unlocated'): string => t(locale, 'report.coverage.share', { share: formatShare(locale, sum('tickets') > 0 ? sum(key) / sum('tickets') : 0), n: sum(key) })
  const { judged, unknown } = judgedOf(coverage)
  return html`<section id="coverage"><h2>${t(locale, 'report.coverage')}</h2>
<p class="caveat">${t(locale, 'report.coverage.quiet')}</p>
<dl class="tiles">
<div><dt>${t(locale, 'report.coverage.judged')}</dt><dd>${formatWhole(locale, judged)}</dd></div>
<div><dt>${t(locale, 'report.coverage.unknown')}</dt><dd>${formatWhole(locale, unknown)}</dd></div>
<div><dt>${t(locale, 'report.coverage.sweeps')}</dt><dd>${share('sweeps')}</dd></div>
<div><dt>${t(locale, 'report.coverage.unlocated')}</dt><dd>${share('unlocated')}</dd></div>
</dl>
${verdicts(locale, coverage)}
${reportingBlock(locale, facts.reporting)}
<h3>${t(locale, 'report.coverage.sources')}</h3>
${sources.length === 0 ? html`<p>${t(locale, 'report.coverage.no_sources')}</p>` : sourceTable(locale, facts)}
</section>`
}

/** Places that report little or slowly: a low signal, no calm. */
function reportingBlock(locale: Locale, { places, rate, delay_days: delay }: Coverage): Markup {
  const low = places.filter((place) => place.signal === 'low_signal')
  const factor = (value: PlaceCoverage['rate_factor']): string => (value === null ? '–' : t(locale, 'report.reporting.factor', {
    mean: formatShare(locale, value[0]), low: formatShare(locale, value[1]), high: formatShare(locale, value[2]),
  }))
  const name = t(locale, 'report.reporting')
  return html`<h3>${name}</h3><p class="note">${t(locale, 'report.reporting.note')}${rate !== null && html` ${t(locale, 'report.reporting.rate', { rate: formatAmount(locale, rate) })}`}${delay !== null && html` ${t(locale, 'report.reporting.delay', { delay: formatAmount(locale, delay) })}`}</p>
${low.length === 0 ? html`<p>${t(locale, 'report.reporting.none', { n: places.length })}</p>` : html`<div class="scroll" tabindex="0" role="region" aria-label="${name}"><table class="numbers"><thead><tr><th scope="col">${t(locale, 'report.reporting.place')}</th><th scope="col">${t(locale, 'report.coverage.tickets')}</th>\
<th scope="col">${t(locale, 'report.reporting.per_household')}</th><th scope="col">${t(locale, 'report.reporting.speed')}</th></tr></thead><tbody>
${low.slice(0, MOST_PLACES).map((place) => html`<tr><th scope="row">${named(locale, place.place.slice(-2).join(' › '))}</th><td>${place.tickets === null ? t(locale, 'report.reporting.few') : formatWhole(locale, place.tickets)}</td><td>${factor(place.rate_factor)}</td><td>${factor(place.speed_factor)}</td></tr>`)}
</tbody></table></div>${low.length > MOST_PLACES && html`<p class="note">${t(locale, 'report.reporting.more', { n: low.length - MOST_PLACES })}</p>`}`}`
}

function sourceTable(locale: Locale, { night, sources }: ReportFacts): Markup {
  return html`<p class="note">${t(locale, 'report.coverage.days90')}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${t(locale, 'report.coverage.sources')}"><table class="numbers"><thead><tr><th scope="col">${t(locale, 'report.coverage.source')}</th><th scope="col" class="words">${t(locale, 'report.coverage.last_day')}</th>\
<th scope="col">${t(locale, 'report.coverage.tickets')}</th><th scope="col">${t(locale, 'report.coverage.assumed')}</th><th scope="col" class="words">${t(locale, 'report.coverage.gaps')}</th></tr></thead><tbody>
${sources.map((source) => html`<tr><th scope="row">${named(locale, source.name)}</th><td class="words">${freshness(locale, night, source)}</td><td>${formatWhole(locale, source.tickets)}</td>\
<td>${source.tickets > 0 ? formatShare(locale, source.assumed / source.tickets) : '–'}</td><td class="words">${gapText(locale, source)}</td></tr>`)}
</tbody></table></div>`
}

function verdicts(locale: Locale, coverage: readonly ReportCoverageRow[]): Markup {
  if (coverage.length === 0) return html`<p class="note">${t(locale, 'report.coverage.none')}</p>`
  return html`<h3>${t(locale, 'report.coverage.verdicts')}</h3>
<table class="numbers"><thead><tr><th scope="col">${t(locale, 'report.coverage.verdict')}</th><th scope="col" class="words">${t(locale, 'report.coverage.reason')}</th><th scope="col">${t(locale, 'report.coverage.series')}</th></tr></thead><tbody>
${[...coverage].sort((a, b) => order(a) - order(b)).map((row) => html`<tr><th scope="row">${codeText(locale, 'report.verdict', verdictKey(row.verdict))}</th><td class="words">${row.reason ? codeText(locale, 'report.reason', row.reason) : '–'}</td><td>${formatWhole(locale, row.series)}</td></tr>`)}
</tbody></table>`
}

function order(row: ReportCoverageRow): number {
  return ['alert', 'watch', 'candidate', 'normal', 'cannot_tell'].indexOf(verdictKey(row.verdict))
}

function freshness(locale: Locale, night: string, source: ReportSourceRow): Content {
  if (!source.last_day) return t(locale, 'report.coverage.no_data')
  const behind = parseDay(night) - parseDay(source.last_day)
  return html`${formatDate(locale, source.last_day, 'full')} <span class="soft">${behind <= 0 ? t(locale, 'report.coverage.fresh') : countText(locale, 'report.coverage.behind', behind)}</span>`
}

/** Days without a row, neighbours drawn together; at most eight pieces are spelled out. */
function gapText(locale: Locale, { gaps }: ReportSourceRow): string {
  if (gaps.length === 0) return t(locale, 'report.coverage.no_gaps')
  const ranges: [number, number][] = []
  for (const gap of gaps) {
    const day = parseDay(gap)
    const last = ranges.at(-1)
    if (last && last[1] === day - 1) last[1] = day
    else ranges.push([day, day])
  }
  const short = (day: number): string => formatDate(locale, formatDay(day), 'short')
  const pieces = ranges.map(([from, until]) => (from === until ? short(from) : t(locale, 'report.coverage.gap_range', { from: short(from), until: short(until) })))
  const list = pieces.slice(0, 8).join(t(locale, 'report.list_separator')) + (pieces.length > 8 ? '…' : '')
  return countText(locale, 'report.coverage.gap_days', gaps.length, { list })
}
