/**
 * What an import did, for people and for scripts: the ledger over all files, reasons of rejection, quality.
 */
import { TEXTS } from '../core/texts.ts'
import type { TextKey } from '../core/texts.ts'
import type { ImportResult } from '../pipelines/ingest/import.ts'
import { formatCount, formatSeconds, formatShare } from './format.ts'
import { printQuality } from './quality-view.ts'
import type { Session } from './session.ts'

export interface FailedFile { file: string, code: string, message: string }

const COUNTS = ['read', 'new', 'changed', 'unchanged', 'duplicate', 'rejected'] as const

/** The stable shape of `import --json`. */
export interface ImportTotal {
  read: number
  new: number
  changed: number
  unchanged: number
  duplicate: number
  rejected: number
  duplicateDiffering: number
  versions: number
  rejectReasons: Record<string, number>
  firstDay: string | null
  lastDay: string | null
  seconds: number
}

export function totalOf(results: readonly ImportResult[]): ImportTotal {
  const sum = (key: (typeof COUNTS)[number] | 'duplicateDiffering' | 'versions' | 'seconds'): number => results.reduce((total, result) => total + result[key], 0)
  const rejectReasons: Record<string, number> = {}
  for (const result of results) {
    for (const [reason, count] of Object.entries(result.rejectReasons)) rejectReasons[reason] = (rejectReasons[reason] ?? 0) + count
  }
  const days = (key: 'firstDay' | 'lastDay'): string[] => results.map((result) => result[key]).filter((day) => day !== null).sort()
  return {
    read: sum('read'), new: sum('new'), changed: sum('changed'), unchanged: sum('unchanged'), duplicate: sum('duplicate'), rejected: sum('rejected'),
    duplicateDiffering: sum('duplicateDiffering'), versions: sum('versions'), rejectReasons,
    firstDay: days('firstDay')[0] ?? null, lastDay: days('lastDay').at(-1) ?? null, seconds: sum('seconds'),
  }
}

export function printImports(session: Session, results: readonly ImportResult[], failed: readonly FailedFile[]): void {
  if (session.json) return session.printJson({ ...totalOf(results), batches: results, failed })
  if (results.length > 0) printLedger(session, results)
  for (const result of results) {
    if (result.alreadyImported) session.say('cli.import.already', { file: result.file })
    else printQuality(session, result.quality, results.length > 1 ? result.file : undefined)
  }
  for (const { file, message } of failed) session.warn('cli.import.failed', { file, message })
}

/** One line a file, their sum, and why rows were rejected. */
export function printLedger(session: Session, results: readonly ImportResult[]): void {
  const { locale } = session
  const row = (name: string, counts: ImportTotal | ImportResult): string[] => [
    name, ...COUNTS.map((key) => formatCount(locale, counts[key])), counts.firstDay ? `${counts.firstDay} – ${counts.lastDay}` : '–', formatSeconds(counts.seconds),
  ]
  const rows = results.map((result) => row(result.file, result))
  if (results.length > 1) rows.push(row(session.text('cli.import.total'), totalOf(results)))
  session.printTable([
    { title: session.text('cli.column.file'), shrinkTo: 12 },
    ...COUNTS.map((key) => ({ title: session.text(`cli.ledger.${key}` as TextKey), align: 'right' as const })),
    { title: session.text('cli.column.days'), dropFirst: 1 },
    { title: session.text('cli.column.time'), align: 'right', dropFirst: 2 },
  ], rows)
  // Once a source.
  for (const { source, timeZone, timeZoneAssumed } of results) if (timeZoneAssumed) session.print(session.text('cli.import.zone_assumed', { source, zone: timeZone }))
  const { rejectReasons, read, duplicateDiffering } = totalOf(results)
  if (duplicateDiffering > 0) session.print(session.text('cli.import.differing', { count: duplicateDiffering }))
  for (const [reason, count] of Object.entries(rejectReasons).sort((a, b) => b[1] - a[1])) {
    session.print(session.text('cli.import.rejected_for', { reason: reasonWord(session, reason), count, share: formatShare(locale, count, read) }))
  }
}

/** The reason in words where the texts know the code. */
export function reasonWord(session: Session, reason: string): string {
  const key = `import.reason.${reason}`
  return key in TEXTS ? session.text(key as TextKey) : reason
}
