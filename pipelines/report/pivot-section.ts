/**
 * Topic families by district, the last 7 days against the 7 before, with small cells hidden.
 */
import type { Locale } from '../../core/config.ts'
import { t } from '../../core/texts.ts'
import type { Frames } from '../../features/frames.ts'
import type { ReportPivotRow } from '../../sql/report.ts'
import { FEWEST_CALLERS } from './facts.ts'
import type { ReportFacts } from './facts.ts'
import { html } from './html.ts'
import type { Content, Markup } from './html.ts'
import { suppress } from './suppress.ts'
import { formatWhole, named } from './words.ts'

/** Stands for a side's total in the frame; no path can be it. */
const TOTAL = '\u0001'

interface Grid { topics: string[], districts: string[], now: number[][], before: number[][], hiddenNow: Hidden, hiddenBefore: Hidden }
type Hidden = ReturnType<typeof suppress>

export function pivotSection(frames: Frames, locale: Locale, facts: ReportFacts): Markup {
  const grid = pivotGrid(frames, facts.pivot)
  return html`<section id="pivot"><h2>${t(locale, 'report.pivot')}</h2>
${grid ? pivotTable(locale, facts, grid) : html`<p>${t(locale, 'report.pivot.none')}</p>`}
</section>`
}

/** The table with its totals last; undefined without a ticket in either week. */
export function pivotGrid(frames: Frames, rows: readonly ReportPivotRow[]): Grid | undefined {
  if (!rows.some((row) => row.topic !== null && row.district !== null)) return undefined
  // Rest and totals last, whatever order the rows came in.
  const weight = (name: string | null): number => (name === null ? 3 : name === '' ? 2 : 0)
  // A district's path has two names; one alone is the city: tickets that were not located.
  const districtWeight = (name: string | null): number => weight(name) || (name!.includes('›') ? 0 : 1)
  const volume = sumsOf(rows)
  const ordered = [...rows].sort((a, b) =>
    weight(a.topic) - weight(b.topic) || volume(b, 'topic') - volume(a, 'topic') || compare(a.topic, b.topic)
    || districtWeight(a.district) - districtWeight(b.district) || volume(b, 'district') - volume(a, 'district') || compare(a.district, b.district))
  const frame = frames.fromRecords(ordered.map((row) => ({ ...row, topic: row.topic ?? TOTAL, district: row.district ?? TOTAL })))
  const tab = (value: keyof ReportPivotRow): number[][] => {
    const { rows: topics, columns, cells } = frames.crossTab(frame, 'topic', 'district', value)
    return topics.map((_, i) => districts.map((name) => cells[i]![columns.indexOf(name)]!).map((n) => (Number.isNaN(n) ? 0 : n)))
  }
  const districts = [...new Set([...ordered].filter((row) => row.topic === null).map((row) => row.district ?? TOTAL))]
  const topics = [...new Set(ordered.map((row) => row.topic ?? TOTAL))]
  return {
    topics, districts,
    now: tab('tickets'), before: tab('tickets_before'),
    hiddenNow: suppress(tab('callers'), FEWEST_CALLERS), hiddenBefore: suppress(tab('callers_before'), FEWEST_CALLERS),
  }
}

function sumsOf(rows: readonly ReportPivotRow[]): (row: ReportPivotRow, side: 'topic' | 'district') => number {
  const totals = { topic: new Map<string | null, number>(), district: new Map<string | null, number>() }
  for (const row of rows) {
    if (row.district === null) totals.topic.set(row.topic, row.tickets)
    if (row.topic === null) totals.district.set(row.district, row.tickets)
  }
  return (row, side) => totals[side].get(row[side]) ?? 0
}

function compare(a: string | null, b: string | null): number {
  return (a ?? '') < (b ?? '') ? -1 : (a ?? '') > (b ?? '') ? 1 : 0
}

function pivotTable(locale: Locale, facts: ReportFacts, { topics, districts, now, before, hiddenNow, hiddenBefore }: Grid): Markup {
  const cell = (i: number, j: number): Content => {
    const total = i === topics.length - 1 || j === districts.length - 1
    const kind = total ? 'total' : ''
    if (hiddenNow[i]![j] === 'few') return html`<td class="hidden ${kind}">&lt;${FEWEST_CALLERS}</td>`
    if (hiddenNow[i]![j]) return html`<td class="hidden ${kind}"><span aria-label="${t(locale, 'report.pivot.hidden')}" role="img">※</span></td>`
    const n = now[i]![j]!
    return html`<td class="${n === 0 ? 'zero' : kind}">${formatWhole(locale, n)}${!hiddenBefore[i]![j] && difference(locale, n, before[i]![j]!)}</td>`
  }
  return html`<p class="note">${t(locale, 'report.pivot.note')}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${t(locale, 'report.pivot')}"><table class="numbers pivot"><thead><tr><th scope="col">${t(locale, 'report.pivot.topic')}</th>
${districts.map((path) => html`<th scope="col">${districtName(locale, facts, path)}</th>`)}</tr></thead><tbody>
${topics.map((path, i) => html`<tr${i === topics.length - 1 && html` class="total"`}><th scope="row">${topicName(locale, path)}</th>${districts.map((_, j) => cell(i, j))}</tr>
`)}</tbody></table></div>`
}

function difference(locale: Locale, now: number, before: number): Markup | false {
  if (now === 0 && before === 0) return false
  if (now === before) return html` <small class="same"><span aria-hidden="true">＝</span><span class="unseen">${t(locale, 'report.pivot.same')}</span></small>`
  const [key, sign, name] = now > before ? ['report.pivot.up', '▲', 'up'] as const : ['report.pivot.down', '▼', 'down'] as const
  const n = Math.abs(now - before)
  return html` <small class="${name}"><span aria-hidden="true">${sign}${formatWhole(locale, n)}</span><span class="unseen">${t(locale, key, { n })}</span></small>`
}

function districtName(locale: Locale, facts: ReportFacts, path: string): Content {
  if (path === TOTAL) return t(locale, 'report.pivot.total')
  if (path === '') return t(locale, 'report.pivot.rest_districts')
  if (!path.includes('›') && facts.city.split('、').includes(path)) return t(locale, 'report.pivot.unlocated')
  return named(locale, path.split('›').at(-1)!)
}

function topicName(locale: Locale, path: string): Content {
  if (path === TOTAL) return t(locale, 'report.pivot.total')
  if (path === '') return t(locale, 'report.pivot.rest_topics')
  return named(locale, path.split('›').at(-1)!)
}
