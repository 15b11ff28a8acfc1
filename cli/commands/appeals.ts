/**
 * `weisu appeals`: out-of-scope appeals, by human ruling.
 */
import type { Command } from 'commander'
import { formatDay } from '../../core/days.ts'
import { t } from '../../core/texts.ts'
import type { TextKey } from '../../core/texts.ts'
import { describeExpected, describeRecurrence } from '../../pipelines/alert-text.ts'
import type { Appeal, Wave } from '../../pipelines/appeals.ts'
import type { Db } from '../../sql/db.ts'
import { lastNight } from '../../sql/runs.ts'
import { readStoreFacts } from '../../sql/store-facts.ts'
import { addCommand, dayOption, option, wholeOption, wordOption } from '../command.ts'
import type { Setup } from '../command.ts'
import { chooseKnownDate } from '../known-on.ts'
import type { Session } from '../session.ts'
import { withStore, withWriter } from '../store.ts'

const RULINGS = ['out_of_scope', 'in_scope'] as const

interface ListOptions { date?: string, days?: number }
interface RuleOptions { ruling: (typeof RULINGS)[number], by: string, reason: string, source?: string, on?: string, ifVersion?: number }

export function addAppeals(program: Command, setup: Setup): void {
  const { locale } = setup
  const command = addCommand(program, setup, {
    name: 'appeals', examples: ['weisu appeals', 'weisu appeals list --days 30', 'weisu appeals waves'],
    work: async (session, _, options) => withStore(session, 'appeals', (db) => list(session, db, options as ListOptions)),
  })
  for (const one of [command, addCommand(command, setup, {
    name: 'list', examples: ['weisu appeals list', 'weisu appeals list --date 2026-11-22 --days 30 --json'],
    work: async (session, _, options) => withStore(session, 'appeals list', (db) => list(session, db, options as ListOptions)),
  })]) {
    one.addOption(option(locale, '--date <date>', 'cli.appeals.date', dayOption(locale)))
      .addOption(option(locale, '--days <n>', 'cli.appeals.days', wholeOption(locale, 1, 3660)))
  }
  addCommand(command, setup, {
    name: 'waves', examples: ['weisu appeals waves', 'weisu appeals waves --date 2026-11-22 --json'],
    work: async (session, _, options) => withStore(session, 'appeals waves', (db) => waves(session, db, options as ListOptions)),
  })
    .addOption(option(locale, '--date <date>', 'cli.appeals.date', dayOption(locale)))
  addCommand(command, setup, {
    name: 'rule', examples: ['weisu appeals rule TICKET --ruling out_of_scope --by "Li, hotline desk" --reason "asks to move night flights"', 'weisu appeals rule TICKET --ruling in_scope --by "Li" --reason "misread" --if-version 1'],
    work: async (session, [ticket], options) => withWriter(session, 'appeals rule', (db) => rule(session, db, ticket as string, options as unknown as RuleOptions)),
  })
    .argument('<ticket>', t(locale, 'cli.appeals.ticket'))
    .addOption(option(locale, '--ruling <ruling>', 'cli.appeals.ruling', wordOption(locale, RULINGS)).makeOptionMandatory())
    .addOption(option(locale, '--by <name>', 'cli.appeals.by').makeOptionMandatory())
    .addOption(option(locale, '--reason <text>', 'cli.appeals.reason').makeOptionMandatory())
    .addOption(option(locale, '--source <name>', 'cli.appeals.source'))
    .addOption(option(locale, '--on <date>', 'cli.appeals.on', dayOption(locale)))
    .addOption(option(locale, '--if-version <n>', 'cli.appeals.version', wholeOption(locale, 0, 100_000)))
}

async function asOf(db: Db, date: string | undefined): Promise<string> {
  return date ?? await lastNight(db) ?? (await readStoreFacts(db)).lastDay ?? formatDay(0)
}

async function list(session: Session, db: Db, { date, days = 90 }: ListOptions): Promise<void> {
  const { listAppeals } = await import('../../pipelines/appeals.ts')
  const rows = await listAppeals(db, await asOf(db, date), days)
  if (session.json) return session.printJson(rows)
  if (rows.length === 0) return session.print(session.text('cli.appeals.none'))
  session.printTable([
    { title: session.text('cli.appeals.column.ticket') }, { title: session.text('cli.appeals.column.day') }, { title: session.text('cli.column.place'), shrinkTo: 10, keep: 'end' },
    { title: session.text('cli.column.topic'), shrinkTo: 8 }, { title: session.text('cli.appeals.column.by'), shrinkTo: 8 }, { title: session.text('cli.appeals.column.reason'), shrinkTo: 12, dropFirst: 1 },
  ], rows.map((row: Appeal) => [
    row.ticket, row.day, row.place.slice(-2).join(' › '), row.topic.at(-1) ?? session.text('alert.all_topics'), row.by ?? session.text('appeals.imported'), row.reason ?? '–',
  ]))
}

async function waves(session: Session, db: Db, { date }: ListOptions): Promise<void> {
  const { listWaves } = await import('../../pipelines/appeals.ts')
  const rows = await listWaves(db, await asOf(db, date))
  if (session.json) return session.printJson(rows)
  if (rows.length === 0) return session.print(session.text('cli.appeals.no_waves'))
  session.printTable([
    { title: session.text('cli.column.place'), shrinkTo: 10, keep: 'end' }, { title: session.text('cli.column.topic'), shrinkTo: 8 }, { title: session.text('cli.appeals.column.callers'), align: 'right' },
    { title: session.text('cli.appeals.column.usual'), align: 'right' }, { title: session.text('cli.appeals.column.chance') },
  ], rows.map((row: Wave) => [
    row.place.join(' › '), row.topic.at(-1) ?? session.text('alert.all_topics'), String(row.callers), describeExpected(session.locale, row.usual), describeRecurrence(session.locale, row.recurrence_days),
  ]))
}

async function rule(session: Session, db: Db, no: string, { ruling, by, reason, source, on, ifVersion }: RuleOptions): Promise<void> {
  const { ruleAppeal } = await import('../../pipelines/appeals.ts')
  const result = await ruleAppeal(db, { no, source, ruling, by, reason, knownOn: await chooseKnownDate(db, on), version: ifVersion ?? null })
  if (session.json) return session.printJson(result)
  session.print(session.text('cli.appeals.done', { ticket: result.ticket, ruling: session.text(`appeals.ruling.${result.ruling}` as TextKey), on: result.known_on, version: result.version }))
}
