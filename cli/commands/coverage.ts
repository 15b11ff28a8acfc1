/**
 * `weisu coverage`: which quiet places may be silent rather than calm.
 */
import type { Command } from 'commander'
import type { Db } from '../../sql/db.ts'
import type { PlaceCoverage } from '../../pipelines/learn/under-reporting.ts'
import { addCommand, dayOption, option, wholeOption } from '../command.ts'
import type { Setup } from '../command.ts'
import { formatCount, formatShare } from '../format.ts'
import type { Session } from '../session.ts'
import { shownNight } from '../shown-night.ts'
import { withStore } from '../store.ts'

const MOST_ROWS = 40

export function addCoverage(program: Command, setup: Setup): void {
  const { locale } = setup
  addCommand(program, setup, {
    name: 'coverage',
    examples: ['weisu coverage', 'weisu coverage --depth 3 --json'],
    work: async (session, _, options) => withStore(session, 'coverage', (db) => coverage(session, db, options as { date?: string, depth?: number })),
  })
    .addOption(option(locale, '--date <date>', 'cli.review.date', dayOption(locale)))
    .addOption(option(locale, '--depth <n>', 'cli.coverage.depth', wholeOption(locale, 0, 9)))
}

async function coverage(session: Session, db: Db, { date, depth }: { date?: string, depth?: number }): Promise<void> {
  const { readCoverage, SIGNALS } = await import('../../pipelines/learn/under-reporting.ts')
  const night = await shownNight(session, db, date)
  if (night === null) return session.json ? session.printJson(null) : session.warn('cli.runs.none')
  const report = await readCoverage(db, night, depth)
  if (session.json) return session.printJson(report)
  const { text } = session
  session.print(session.paint('bold', text('cli.coverage.title', { from: report.from, night })))
  session.print(SIGNALS.map((signal) => text(`coverage.${signal}`, { n: report.places.filter((place) => place.signal === signal).length })).join(' · '))
  if (report.rate !== null) session.print(text('cli.coverage.rate_whole', { rate: formatCount(session.locale, report.rate) }))
  if (report.delay_days !== null) session.print(text('cli.coverage.whole', { delay: formatCount(session.locale, report.delay_days), n: report.incidents }))
  session.print(session.paint('dim', text('cli.coverage.note')))
  session.printTable([
    { title: text('cli.column.place'), shrinkTo: 14, keep: 'end' },
    { title: text('cli.coverage.signal') },
    { title: text('cli.coverage.tickets'), align: 'right' },
    { title: text('cli.coverage.rate'), align: 'right' },
    { title: text('cli.coverage.speed'), align: 'right' },
    { title: text('cli.coverage.delay'), align: 'right', dropFirst: 2 },
    { title: text('cli.coverage.top'), align: 'right', dropFirst: 1 },
  ], report.places.slice(0, MOST_ROWS).map((place) => [
    place.place.slice(1).join(' › ') || place.place.join(' › '), text(`coverage.word.${place.signal}`), place.tickets === null ? '<3' : formatCount(session.locale, place.tickets),
    factorText(place.rate_factor), factorText(place.speed_factor), formatCount(session.locale, place.delay_days),
    place.top_caller_share === null ? '–' : formatShare(session.locale, place.top_caller_share, 1),
  ]))
}

function factorText(factor: PlaceCoverage['rate_factor']): string {
  return factor === null ? '–' : `${factor[0].toFixed(2)} (${factor[1].toFixed(2)}–${factor[2].toFixed(2)})`
}
