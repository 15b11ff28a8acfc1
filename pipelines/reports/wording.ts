/**
 * Words for a report's tables: titles, and each value as a reader of the language writes it.
 */
import { formatDay, parseDay } from '../../core/days.ts'
import type { Locale } from '../../core/config.ts'
import { t } from '../../core/texts.ts'
import type { TextKey } from '../../core/texts.ts'
import { formatAmount, formatDate, formatShare, formatWhole } from '../report/words.ts'
import { FEWEST_CALLERS } from './document.ts'
import type { ReportDocument } from './document.ts'
import { titleKey } from './tables.ts'
import type { Column, ReportTable, Row, Value } from './tables.ts'

/** Glyphs of the classes: never colour alone. */
export const CLASS_MARKS: Readonly<Record<string, string>> = {
  new: '★', consecutive: '»', intensifying: '▲', persistent: '■', diminishing: '▼', sporadic: '∴', oscillating: '≈', historical: '○', none: '', unknown: '',
}

export function reportTitle(locale: Locale, document: ReportDocument): string {
  return t(locale, `reports.title.${document.period}`, { name: document.name })
}

const ANSWER = 'reports.answer'

/** "5 places need attention this week". */
export function answerText(locale: Locale, document: ReportDocument): string {
  const n = new Set(document.attention.map((entry) => entry.place)).size
  if (n === 0) return t(locale, 'reports.answer.none')
  return t(locale, `${ANSWER}.${document.period}.${n === 1 ? 'one' : 'other'}`, { n })
}

/** Which days, as known when. */
export function rangeText(locale: Locale, document: ReportDocument): string {
  const last = lastDay(document.now.until)
  return t(locale, 'reports.range', { from: formatDate(locale, document.now.from, 'full'), until: formatDate(locale, last, 'full'), cutoff: `${formatDate(locale, document.cutoff.date, 'short')} ${document.cutoff.time}` })
}

export function comparedText(locale: Locale, document: ReportDocument): string {
  const range = ({ from, until }: { from: string, until: string }): string => t(locale, 'reports.between', { from: formatDate(locale, from, 'full'), until: formatDate(locale, lastDay(until), 'full') })
  return t(locale, 'reports.compared', { before: range(document.before), year: range(document.year) })
}

function lastDay(until: string): string {
  return formatDay(parseDay(until) - 1)
}

export function tableTitle(locale: Locale, table: Pick<ReportTable, 'name'>): string {
  return t(locale, `reports.table.${table.name}`)
}

export function tableNote(locale: Locale, table: Pick<ReportTable, 'name' | 'params'>): string {
  return t(locale, `reports.table.${table.name}.note`, table.params ?? {})
}

export function columnTitle(locale: Locale, column: Column): string {
  if (column.name === undefined) return t(locale, titleKey(column))
  if (column.key === 'area_-1') return t(locale, 'reports.unlocated')
  return column.name === '' ? t(locale, 'reports.everything') : column.name
}

/** Meaning of the column, for dictionaries. */
export function columnMeaning(locale: Locale, column: Column): string {
  return column.name === undefined ? t(locale, `${titleKey(column)}.about` as TextKey) : t(locale, 'reports.col.callers.about')
}

/** Whether the column's values stand to the right. */
export function isNumeric({ kind }: Column): boolean {
  return kind === 'count' || kind === 'whole' || kind === 'number' || kind === 'share' || kind === 'change'
}

/** The value in words; '–' where there is none. */
export function valueText(locale: Locale, table: Pick<ReportTable, 'name'>, row: Row, column: Column, value: Value): string {
  if (value === 'few' && column.kind === 'count') return `<${FEWEST_CALLERS}`
  if (value === 'extra' && column.kind === 'count') return '※'
  if (value === null) return '–'
  switch (column.kind) {
    case 'count':
    case 'whole': return formatWhole(locale, Number(value))
    case 'number': return formatAmount(locale, Number(value))
    case 'share': return formatShare(locale, Number(value))
    case 'change': return changeText(locale, Number(value))
    case 'date': return formatDate(locale, String(value), 'full')
    case 'flag': return t(locale, value ? 'reports.yes' : 'reports.no')
    case 'code': return `${column.code === 'reports.class' && CLASS_MARKS[String(value)] ? `${CLASS_MARKS[String(value)]} ` : ''}${t(locale, `${column.code!}.${String(value)}` as TextKey)}`
    default: return nameText(locale, table, row, column, String(value))
  }
}

/** Names that data leave out: everything, what was not located, all alerts. */
function nameText(locale: Locale, table: Pick<ReportTable, 'name'>, row: Row, column: Column, value: string): string {
  if (table.name === 'outcome' && column.key === 'group') {
    if (value === '') return t(locale, 'reports.outcome.all')
    return ['blue', 'yellow', 'orange', 'red'].includes(value) ? t(locale, `reports.level.${value}` as TextKey) : value.replaceAll('›', ' › ')
  }
  if (value !== '') return value
  if (column.key === 'topic') return t(locale, row.total ? 'reports.everything' : 'reports.all_topics')
  return column.key === 'place' ? t(locale, 'reports.unlocated') : '–'
}

export function changeText(locale: Locale, share: number): string {
  const text = formatShare(locale, Math.abs(share))
  return share > 0 ? `▲ ${text}` : share < 0 ? `▼ ${text}` : text
}

/** What the mark of a hidden number means. */
export function hiddenText(locale: Locale, value: Value): string | undefined {
  return value === 'few' ? t(locale, 'reports.few') : value === 'extra' ? t(locale, 'reports.extra') : undefined
}

/** What the report cannot tell, one sentence each. */
export function limitsOf(locale: Locale): string[] {
  return (['bias', 'small', 'revised', 'hidden', 'classes'] as const).map((name) => t(locale, `reports.method.${name}`))
}
