/**
 * Which night a command means when none is named, and how a finished night is told.
 */
import { existsSync } from 'node:fs'
import { formatDay, localDay, parseDay } from '../core/days.ts'
import { BadInputError, InvalidOptionError } from '../core/errors.ts'
import type { Db } from '../sql/db.ts'
import { readStoreFacts } from '../sql/store-facts.ts'
import type { NightResult } from '../pipelines/nightly.ts'
import { printAlertBlocks } from './alert-view.ts'
import type { Deliveries } from './courier.ts'
import { formatSeconds } from './format.ts'
import type { Session } from './session.ts'
import { printSteps } from './steps.ts'
import { warningWord } from '../core/wording.ts'

/** Shape of the issue's `nightly --json`, and what is useful beside it. */
export interface NightJson {
  run: string
  date: string
  steps: { name: string, seconds: number, in: number, out: number }[]
  alerts: { new: number, continued: number, ended: number }
  reused: boolean
  report: string | null
  warnings: string[]
}

/**
 * Yesterday in the city's time zone; the last day with tickets where that is earlier, which is said. A night that was asked
 * for may not lie after both: it would stand in the ledger as the last one, and say nothing.
 *
 * @param given  as asked for
 * @throws {BadInputError} the store has no tickets
 * @throws {InvalidOptionError} the night is not over
 */
export async function chooseNight(session: Session, db: Db, now: number, given?: { option: string, date: string }): Promise<string> {
  const { lastDay, timeZone } = await readStoreFacts(db)
  if (lastDay === null || timeZone === null) throw new BadInputError('store_empty', 'the store holds no tickets yet: weisu import FILE, or weisu demo --run')
  const yesterday = localDay(now, timeZone) - 1
  if (given) {
    const { option, date } = given
    const last = formatDay(Math.max(yesterday, parseDay(lastDay)))
    if (date > last) throw new InvalidOptionError(option, date, session.text('cli.nightly.not_after', { last }))
    if (date > lastDay) session.warn('cli.night.no_data', { night: date, last: lastDay })
    return date
  }
  if (parseDay(lastDay) >= yesterday) return formatDay(yesterday)
  session.say('cli.nightly.last_day', { date: lastDay, yesterday: formatDay(yesterday) })
  return lastDay
}

export function nightJson(result: NightResult): NightJson {
  const { run, date, steps, alerts, reused, reportPath, warnings } = result
  return { run, date, steps, alerts, reused, report: reportPath ?? null, warnings }
}

/** Steps, the gravest alerts with their reasons, the report. */
export async function printNight(session: Session, db: Db, result: NightResult, notices: Deliveries, top: number): Promise<void> {
  const { alerts, steps } = result
  const seconds = formatSeconds(steps.reduce((sum, step) => sum + step.seconds, 0))
  session.print(session.paint('bold', session.text(result.reused ? 'cli.nightly.reused' : 'cli.nightly.heading', { date: result.date, seconds })))
  printSteps(session, steps)
  const counts = { new: alerts.new, continued: alerts.continued, ended: alerts.ended }
  session.print(session.text(result.reused ? 'cli.nightly.alerts_then' : 'cli.nightly.alerts', counts))
  session.print(session.text('cli.nightly.notices', { delivered: notices.delivered, failed: notices.failed, pending: notices.pending }) + (notices.scheduled ? session.text('cli.deliveries.scheduled', { n: notices.scheduled }) : ''))
  for (const warning of result.warnings) session.warn('cli.plain', { text: warningWord(session.locale, warning) })
  const { listAlerts } = await import('../pipelines/alerts.ts')
  const rows = await listAlerts(db, { date: result.date, locale: session.locale })
  if (rows.length > 0) {
    session.print(`\n${session.paint('bold', session.text('cli.nightly.top', { shown: Math.min(top, rows.length), total: rows.length }))}`)
    printAlertBlocks(session, rows.slice(0, top))
    if (rows.length > top) session.say('cli.nightly.more', { date: result.date })
  }
  session.print(`\n${session.text('cli.nightly.report', { path: await reportPath(session, db, result) })}`)
}

/** A line a night, and what was warned of in any of them. */
export function printRange(session: Session, results: readonly NightResult[]): void {
  const seconds = (result: NightResult): string => result.steps.reduce((sum, step) => sum + step.seconds, 0).toFixed(2)
  session.printTable([
    { title: session.text('cli.column.night') },
    { title: session.text('cli.column.opened'), align: 'right' },
    { title: session.text('cli.column.continued'), align: 'right' },
    { title: session.text('cli.column.ended'), align: 'right' },
    { title: session.text('cli.column.seconds'), align: 'right' },
  ], results.map((result) => [result.date, String(result.alerts.new), String(result.alerts.continued), String(result.alerts.ended), seconds(result)]))
  for (const warning of new Set(results.flatMap((result) => result.warnings))) session.warn('cli.plain', { text: warningWord(session.locale, warning) })
}

/** The night's report in the session's language; written now where the night wrote none, or another language's. */
async function reportPath(session: Session, db: Db, { date, reportPath: known }: NightResult): Promise<string> {
  const { config, log, locale } = session
  if (known?.endsWith(`-${locale}.html`) && existsSync(known)) return known
  const { writeReport } = await import('../pipelines/report/report.ts')
  return (await writeReport({ db, config, log }, { night: date, locale })).path
}
