/**
 * `weisu runs`: the nights that ran, and the steps of one.
 */
import type { Command } from 'commander'
import { formatDay, parseDay } from '../../core/days.ts'
import { BadInputError, InvalidOptionError } from '../../core/errors.ts'
import { t } from '../../core/texts.ts'
import type { TextKey } from '../../core/texts.ts'
import type { Db } from '../../sql/db.ts'
import { findRun, listRuns, readRunSteps } from '../../sql/run-list.ts'
import type { RunRow } from '../../sql/run-list.ts'
import { addCommand, option, wholeOption } from '../command.ts'
import type { Setup } from '../command.ts'
import { formatCount, formatSeconds } from '../format.ts'
import type { Session } from '../session.ts'
import { printSteps, STATUS_PAINT } from '../steps.ts'
import { withStore } from '../store.ts'

const NO_LIMIT = 1_000_000

export function addRuns(program: Command, setup: Setup): void {
  const { locale } = setup
  addCommand(program, setup, {
    name: 'runs',
    examples: ['weisu runs', 'weisu runs show 2026-11-22', 'weisu runs --limit 7 --json'],
    work: async (session, [words], options) => {
      const night = nightOf(words as string[])
      await withStore(session, 'runs', (db) => night === undefined
        ? printRuns(session, db, options.limit as number)
        : printRun(session, db, night))
    },
  })
    .argument('[night...]', t(locale, 'cli.runs.night'))
    .addOption(option(locale, '--limit <n>', 'cli.runs.limit', wholeOption(locale, 1, NO_LIMIT)).default(30))
}

/** `runs show 2026-11-22` and `runs 2026-11-22` are the same. */
function nightOf(words: readonly string[]): string | undefined {
  const rest = words[0] === 'show' ? words.slice(1) : words
  if (words.length === 0) return undefined
  if (rest.length !== 1) throw new InvalidOptionError('night', words.join(' '), 'a date as YYYY-MM-DD')
  return formatDay(parseDay(rest[0]!, 'night'))
}

async function printRuns(session: Session, db: Db, limit: number): Promise<void> {
  const runs = await listRuns(db, limit)
  if (session.json) return session.printJson(runs.map(toJson))
  if (runs.length === 0) return session.say('cli.runs.none')
  const { locale } = session
  session.printTable([
    { title: session.text('cli.column.night') },
    { title: session.text('cli.column.status'), paint: (cell, row) => session.paint(STATUS_PAINT[runs.find((run) => run.night === row[0])!.status], cell) },
    { title: session.text('cli.column.alerts'), align: 'right' },
    { title: session.text('cli.column.opened'), align: 'right' },
    { title: session.text('cli.column.ended'), align: 'right' },
    { title: session.text('cli.column.time'), align: 'right' },
    { title: session.text('cli.column.attempt'), align: 'right', dropFirst: 2 },
    { title: session.text('cli.column.finished'), dropFirst: 1 },
  ], runs.map((run) => [
    run.night, session.text(`cli.status.${run.status}` as TextKey), formatCount(locale, run.active), formatCount(locale, run.opened),
    formatCount(locale, run.ended), run.seconds === null ? '–' : formatSeconds(run.seconds), String(run.attempt),
    run.finished_at ? run.finished_at.toISOString().slice(0, 19).replace('T', ' ') + 'Z' : '–',
  ]))
}

async function printRun(session: Session, db: Db, night: string): Promise<void> {
  const run = await findRun(db, night)
  if (!run) throw new BadInputError('no_such_night', `night ${night} has not run`, { night })
  const steps = await readRunSteps(db, night)
  const rows = steps.map((step) => ({ name: step.name, status: step.status, seconds: step.seconds ?? 0, in: step.rows_in, out: step.rows_out }))
  if (session.json) return session.printJson({ ...toJson(run), steps: rows })
  session.print(session.text('cli.runs.heading', { night, status: session.text(`cli.status.${run.status}` as TextKey), opened: run.opened, ended: run.ended, active: run.active }))
  if (run.error) session.print(session.text('cli.runs.error', { error: run.error }))
  printSteps(session, rows)
}

function toJson(run: RunRow): Record<string, unknown> {
  return {
    run: `nightly:${run.night}`, date: run.night, status: run.status, attempt: run.attempt, seconds: run.seconds,
    alerts: { active: run.active, new: run.opened, ended: run.ended },
    started_at: run.started_at, finished_at: run.finished_at, error: run.error,
  }
}
