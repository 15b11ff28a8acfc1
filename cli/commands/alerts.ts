/**
 * `weisu alerts`: the alerts of a night, everything about one, or the word that one was true.
 */
import type { Command } from 'commander'
import { BadInputError, InvalidOptionError } from '../../core/errors.ts'
import { t } from '../../core/texts.ts'
import { readAlertDetail } from '../../sql/alert-detail.ts'
import type { Db } from '../../sql/db.ts'
import { listRuns } from '../../sql/run-list.ts'
import { printAlert, printAlertTable, printSaid } from '../alert-view.ts'
import { addCommand, dayOption, option, wordOption } from '../command.ts'
import type { Setup } from '../command.ts'
import { chooseKnownOn, printEvent } from '../event.ts'
import type { EventOptions } from '../event.ts'
import { chooseKnownDate } from '../known-on.ts'
import type { Session } from '../session.ts'
import { printAlertRouting } from '../route-view.ts'
import { shownNight } from '../shown-night.ts'
import { withStore, withWriter } from '../store.ts'
import { addWithheld } from './withheld.ts'
import { addAlertActs } from './alert-acts.ts'

/** What a unit may find. */
const VERDICTS = ['true', 'partly', 'false', 'known'] as const

interface JudgeOptions { verdict: (typeof VERDICTS)[number], note?: string, by?: string, on?: string }

interface ListOptions { date?: string, all?: boolean }

export function addAlerts(program: Command, setup: Setup): void {
  const { locale } = setup
  const command = addCommand(program, setup, {
    name: 'alerts',
    examples: ['weisu alerts', 'weisu alerts --date 2026-11-22 --json', 'weisu alerts show ID', 'weisu alerts confirm ID'],
    work: async (session, [words], options) => {
      const id = idOf(session, words as string[])
      await withStore(session, 'alerts', (db) => id === undefined ? list(session, db, options as ListOptions) : show(session, db, id))
    },
  })
    .argument('[id...]', t(locale, 'cli.alerts.id'))
    .addOption(option(locale, '--date <date>', 'cli.alerts.date', dayOption(locale)))
    .addOption(option(locale, '--all', 'cli.alerts.all'))
  addCommand(command, setup, {
    name: 'confirm',
    examples: ['weisu alerts confirm ID', 'weisu alerts confirm ID --note "burst main, repaired"'],
    work: async (session, [id], options) => withWriter(session, 'alerts confirm', (db) => confirm(session, db, id as string, options as EventOptions)),
  })
    .argument('<id>', t(locale, 'cli.alerts.confirm.id'))
    .addOption(option(locale, '--known <date>', 'cli.events.add.known', dayOption(locale)))
    .addOption(option(locale, '--note <text>', 'cli.events.add.note'))
  addCommand(command, setup, {
    name: 'judge',
    examples: ['weisu alerts judge ID --verdict true', 'weisu alerts judge ID --verdict false --note "annual maintenance" --by "Water Bureau"'],
    work: async (session, [id], options) => withWriter(session, 'alerts judge', (db) => judge(session, db, id as string, options as unknown as JudgeOptions)),
  })
    .argument('<id>', t(locale, 'cli.alerts.judge.id'))
    .addOption(option(locale, '--verdict <verdict>', 'cli.alerts.judge.verdict', wordOption(locale, VERDICTS)).makeOptionMandatory())
    .addOption(option(locale, '--note <text>', 'cli.alerts.judge.note'))
    .addOption(option(locale, '--by <unit>', 'cli.alerts.judge.by'))
    .addOption(option(locale, '--on <date>', 'cli.alerts.judge.on', dayOption(locale)))
  addWithheld(command, setup)
  addAlertActs(command, setup)
}

/** `alerts show ID` and `alerts ID` are the same. */
function idOf(session: Session, words: readonly string[]): string | undefined {
  if (words.length === 0) return undefined
  const rest = words[0] === 'show' ? words.slice(1) : words
  if (rest.length !== 1) throw new InvalidOptionError('alerts', words.join(' '), session.text('cli.alerts.one_id'))
  return rest[0]
}

async function list(session: Session, db: Db, { date, all }: ListOptions): Promise<void> {
  const { listAlerts } = await import('../../pipelines/alerts.ts')
  const night = all ? date : await shownNight(session, db, date)
  if (night === null && (await listRuns(db, 1)).length === 0) session.warn('cli.runs.none')
  const rows = night === null ? [] : await listAlerts(db, { ...(night ? { date: night } : {}), ...(all ? { all } : {}), locale: session.locale })
  const { readLifeSummaries } = await import('../../pipelines/alert-life/timeline.ts')
  const lives = await readLifeSummaries(db, rows.map((row) => row.id))
  if (session.json) return session.printJson(rows.map((row) => ({ ...row, life: lives.get(row.id) })))
  if (night === null) return
  if (rows.length === 0) return session.print(night ? session.text('cli.alerts.none_of', { night }) : session.text('cli.alerts.none'))
  printAlertTable(session, rows, lives)
  session.say('cli.alerts.hint', { id: rows[0]!.id })
}

async function show(session: Session, db: Db, id: string): Promise<void> {
  const { listAlerts } = await import('../../pipelines/alerts.ts')
  const [row] = (await listAlerts(db, { all: true, locale: session.locale })).filter((alert) => alert.id === id)
  const detail = await readAlertDetail(db, id)
  if (!row || !detail) throw new BadInputError('no_such_alert', `no alert has the id ${id}: weisu alerts --all lists them`, { id })
  const { readAlertRouting } = await import('../../pipelines/routing/alert-routing.ts')
  const routed = await readAlertRouting(db, id)
  const { readLifeSummaries } = await import('../../pipelines/alert-life/timeline.ts')
  const life = (await readLifeSummaries(db, [id])).get(id)!
  const { readAlertWords } = await import('../../pipelines/alert-words.ts')
  const said = row.kind === 'seasonal' ? { phrases: [], excerpts: [] } : await readAlertWords(db, id, row.last_night, row.window_days)
  if (session.json) return session.printJson({ ...row, ...detail, tickets: row.tickets, ...routed, life, ...said })
  printAlert(session, row, detail, life)
  printSaid(session, said)
  printAlertRouting(session, routed)
  session.say('cli.alerts.numbers_hint', { id })
}

async function confirm(session: Session, db: Db, id: string, { known, note = '' }: EventOptions): Promise<void> {
  const { confirmAlert } = await import('../../pipelines/events.ts')
  printEvent(session, 'cli.events.added', await confirmAlert(db, id, await chooseKnownOn(db, Date.now(), known), note))
}

async function judge(session: Session, db: Db, id: string, { verdict, note = '', by = '', on }: JudgeOptions): Promise<void> {
  const { judgeAlert } = await import('../../pipelines/learn/verdicts.ts')
  const knownOn = await chooseKnownDate(db, on)
  const judged = await judgeAlert(db, id, { verdict, knownOn, by, note })
  if (session.json) return session.printJson(judged)
  session.print(session.text('cli.judge.done', { id, verdict: session.text(`verdict.${verdict}`), on: knownOn }))
  if (verdict === 'true' || verdict === 'known') session.say('cli.judge.confirm_hint', { id })
}
