/**
 * `weisu alerts`: the alerts of a night, or everything about one.
 */
import type { Command } from 'commander'
import { BadInputError, InvalidOptionError } from '../../core/errors.ts'
import { t } from '../../core/texts.ts'
import { readAlertDetail } from '../../sql/alert-detail.ts'
import type { Db } from '../../sql/db.ts'
import { findRun, listRuns } from '../../sql/run-list.ts'
import { printAlert, printAlertTable } from '../alert-view.ts'
import { addCommand, dayOption, option } from '../command.ts'
import type { Setup } from '../command.ts'
import type { Session } from '../session.ts'
import { withStore } from '../store.ts'

/** Nights among which a finished one is looked for. */
const LOOK_BACK = 400

interface ListOptions { date?: string, all?: boolean }

export function addAlerts(program: Command, setup: Setup): void {
  const { locale } = setup
  addCommand(program, setup, {
    name: 'alerts',
    examples: ['weisu alerts', 'weisu alerts --date 2026-11-22 --json', 'weisu alerts show ID'],
    work: async (session, [words], options) => {
      const id = idOf(words as string[])
      await withStore(session, 'alerts', (db) => id === undefined ? list(session, db, options as ListOptions) : show(session, db, id))
    },
  })
    .argument('[id...]', t(locale, 'cli.alerts.id'))
    .addOption(option(locale, '--date <date>', 'cli.alerts.date', dayOption(locale)))
    .addOption(option(locale, '--all', 'cli.alerts.all'))
}

/** `alerts show ID` and `alerts ID` are the same. */
function idOf(words: readonly string[]): string | undefined {
  if (words.length === 0) return undefined
  const rest = words[0] === 'show' ? words.slice(1) : words
  if (rest.length !== 1) throw new InvalidOptionError('alert', words.join(' '), 'one id')
  return rest[0]
}

async function list(session: Session, db: Db, { date, all }: ListOptions): Promise<void> {
  const { listAlerts } = await import('../../pipelines/alerts.ts')
  const night = all ? date : await nightOf(session, db, date)
  const rows = night === null ? [] : await listAlerts(db, { ...(night ? { date: night } : {}), ...(all ? { all } : {}), locale: session.locale })
  if (session.json) return session.printJson(rows)
  if (night === null) return
  if (rows.length === 0) return session.print(session.text('cli.alerts.none'))
  printAlertTable(session, rows)
  session.say('cli.alerts.hint', { id: rows[0]!.id })
}

/**
 * The night to show: as asked, else the last one that was run to its end. No alerts, no night and half a night are
 * different answers, and the difference is said.
 *
 * @returns null where no night was run to its end
 */
async function nightOf(session: Session, db: Db, date: string | undefined): Promise<string | null> {
  if (date !== undefined) {
    const run = await findRun(db, date)
    if (!run) throw new BadInputError('no_such_night', `night ${date} has not run`, { night: date })
    if (run.status !== 'succeeded') session.warn('cli.alerts.unfinished', { night: date })
    return date
  }
  const runs = await listRuns(db, LOOK_BACK)
  const whole = runs.find((run) => run.status === 'succeeded')
  if (runs.length === 0) session.warn('cli.runs.none')
  else if (runs[0] !== whole) session.warn(whole ? 'cli.alerts.older' : 'cli.alerts.unfinished', { night: runs[0]!.night, shown: whole?.night ?? '' })
  return whole?.night ?? null
}

async function show(session: Session, db: Db, id: string): Promise<void> {
  const { listAlerts } = await import('../../pipelines/alerts.ts')
  const [row] = (await listAlerts(db, { all: true, locale: session.locale })).filter((alert) => alert.id === id)
  const detail = await readAlertDetail(db, id)
  if (!row || !detail) throw new BadInputError('no_such_alert', `no alert has the id ${id}: weisu alerts --all lists them`, { id })
  if (session.json) return session.printJson({ ...row, ...detail, tickets: row.tickets })
  printAlert(session, row, detail)
}
