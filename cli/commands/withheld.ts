/**
 * `weisu alerts withheld` and `weisu alerts near`: what nobody was told of, and what stayed just below a limit.
 */
import type { Command } from 'commander'
import type { TextKey } from '../../core/texts.ts'
import { describeExpected } from '../../pipelines/alert-text.ts'
import type { Db } from '../../sql/db.ts'
import { addCommand, dayOption, option } from '../command.ts'
import type { Setup } from '../command.ts'
import type { Session } from '../session.ts'
import { shownNight } from '../shown-night.ts'
import { withStore } from '../store.ts'

interface HeldOptions { date?: string, lead?: string }

/** @param alerts  the command `weisu alerts` */
export function addWithheld(alerts: Command, setup: Setup): void {
  const { locale } = setup
  addCommand(alerts, setup, {
    name: 'withheld', examples: ['weisu alerts withheld', 'weisu alerts withheld --date 2026-11-22 --lead "Water Bureau"'],
    work: async (session, _, options) => withStore(session, 'alerts withheld', (db) => withheld(session, db, options as HeldOptions)),
  })
    .addOption(option(locale, '--date <date>', 'cli.alerts.date', dayOption(locale)))
    .addOption(option(locale, '--lead <unit>', 'cli.withheld.lead'))
  addCommand(alerts, setup, {
    name: 'near', examples: ['weisu alerts near', 'weisu alerts near --date 2026-11-22'],
    work: async (session, _, options) => withStore(session, 'alerts near', (db) => near(session, db, options as HeldOptions)),
  })
    .addOption(option(locale, '--date <date>', 'cli.alerts.date', dayOption(locale)))
    .addOption(option(locale, '--lead <unit>', 'cli.withheld.lead'))
}

async function withheld(session: Session, db: Db, { date, lead }: HeldOptions): Promise<void> {
  const { listWithheld } = await import('../../pipelines/routing/withheld.ts')
  const night = await shownNight(session, db, date)
  const rows = night === null ? [] : await listWithheld(db, night, lead)
  if (session.json) return session.printJson(rows)
  if (night === null) return session.warn('cli.runs.none')
  if (rows.length === 0) return session.print(session.text('cli.withheld.none', { night }))
  session.printTable([
    { title: session.text('cli.column.level') }, { title: session.text('cli.withheld.column.reason') }, { title: session.text('cli.column.place'), shrinkTo: 12, keep: 'end' },
    { title: session.text('cli.column.topic'), shrinkTo: 10, keep: 'end' }, { title: session.text('cli.column.observed'), align: 'right' }, { title: session.text('cli.column.usual'), align: 'right' },
    { title: session.text('cli.column.lead'), shrinkTo: 10, dropFirst: 1 }, { title: session.text('cli.column.id'), dropFirst: 2 },
  ], rows.map((row) => [
    session.text(`cli.level.${row.level}` as TextKey), session.text(`withheld.${row.reason}` as TextKey, { by: row.by ?? '' }), row.place.slice(-2).join(' › '),
    row.topic.at(-1) ?? session.text('alert.all_topics'), String(row.observed), describeExpected(session.locale, row.expected), row.lead_unit ?? '–', row.id,
  ]))
}

async function near(session: Session, db: Db, { date, lead }: HeldOptions): Promise<void> {
  const { listNear } = await import('../../pipelines/routing/withheld.ts')
  const night = await shownNight(session, db, date)
  const rows = night === null ? [] : await listNear(db, session.config.settings, night, lead)
  if (session.json) return session.printJson(rows)
  if (night === null) return session.warn('cli.runs.none')
  if (rows.length === 0) return session.print(session.text('cli.near.none', { night }))
  session.printTable([
    { title: session.text('cli.withheld.column.reason') }, { title: session.text('cli.column.place'), shrinkTo: 12, keep: 'end' }, { title: session.text('cli.column.topic'), shrinkTo: 10, keep: 'end' },
    { title: session.text('cli.column.observed'), align: 'right' }, { title: session.text('cli.column.usual'), align: 'right' }, { title: session.text('cli.column.lead'), shrinkTo: 10, dropFirst: 1 },
    { title: session.text('cli.column.id'), dropFirst: 2 },
  ], rows.map((row) => [
    session.text(`near.${row.reason}` as TextKey, {
      level: row.next_level === null ? '' : session.text(`cli.level.${row.next_level}` as TextKey), rule: row.rule ?? '', limit: row.limit ?? '', days: Math.round(row.recurrence_days),
    }), row.place.slice(-2).join(' › '), row.topic.at(-1) ?? session.text('alert.all_topics'), String(row.observed), describeExpected(session.locale, row.expected), row.lead_unit ?? '–', row.alert ?? '–',
  ]))
}
