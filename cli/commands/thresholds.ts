/**
 * `weisu thresholds`: which series are judged by a threshold of their own, why, and how to take that back.
 */
import type { Command } from 'commander'
import { t } from '../../core/texts.ts'
import type { TextKey } from '../../core/texts.ts'
import type { Db } from '../../sql/db.ts'
import { addCommand, dayOption, option } from '../command.ts'
import type { Setup } from '../command.ts'
import { formatCount } from '../format.ts'
import { chooseKnownDate } from '../known-on.ts'
import type { Session } from '../session.ts'
import { shownNight } from '../shown-night.ts'
import { withStore, withWriter } from '../store.ts'

interface UndoOptions { by?: string, note?: string, on?: string }

export function addThresholds(program: Command, setup: Setup): void {
  const { locale } = setup
  const work = (session: Session, _: unknown, options: Record<string, unknown>): Promise<void> =>
    withStore(session, 'thresholds', (db) => list(session, db, (options as { date?: string }).date))
  const command = addCommand(program, setup, { name: 'thresholds', examples: ['weisu thresholds', 'weisu thresholds undo ID'], work })
    .addOption(option(locale, '--date <date>', 'cli.thresholds.date', dayOption(locale)))
  addCommand(command, setup, { name: 'list', examples: ['weisu thresholds list --json'], work })
    .addOption(option(locale, '--date <date>', 'cli.thresholds.date', dayOption(locale)))
  addCommand(command, setup, {
    name: 'undo',
    examples: ['weisu thresholds undo ID', 'weisu thresholds undo ID --note "the road works are over"'],
    work: (session, [id], options) => withWriter(session, 'thresholds undo', (db) => undo(session, db, id as string, options as UndoOptions)),
  })
    .argument('<id>', t(locale, 'cli.thresholds.undo.id'))
    .addOption(option(locale, '--by <unit>', 'cli.alerts.judge.by'))
    .addOption(option(locale, '--note <text>', 'cli.alerts.judge.note'))
    .addOption(option(locale, '--on <date>', 'cli.alerts.judge.on', dayOption(locale)))
}

async function list(session: Session, db: Db, date: string | undefined): Promise<void> {
  const { listThresholds } = await import('../../pipelines/learn/thresholds.ts')
  const { readRulesInForce } = await import('../../pipelines/rules-in-force.ts')
  const night = await shownNight(session, db, date)
  const rows = night === null ? [] : await listThresholds(db, night)
  if (session.json) return session.printJson(rows)
  if (night === null) return session.warn('cli.runs.none')
  if (!(await readRulesInForce(db, night, session.config.settings)).rules.learning.thresholds) session.say('cli.thresholds.off')
  if (rows.length === 0) return session.print(session.text('cli.thresholds.none'))
  session.printTable([
    { title: session.text('cli.column.place'), shrinkTo: 12, keep: 'end' },
    { title: session.text('cli.column.topic'), shrinkTo: 10, keep: 'end' },
    { title: session.text('cli.thresholds.factor'), align: 'right' },
    { title: session.text('cli.thresholds.moves'), align: 'right' },
    { title: session.text('cli.thresholds.last_move') },
    { title: session.text('cli.column.id'), dropFirst: 1 },
  ], rows.map((row) => {
    const last = row.moves.at(-1)!
    return [
      row.place.join(' › '), row.family.join(' › ') || session.text('alert.all_topics'), session.text('cli.thresholds.times', { n: formatCount(session.locale, row.factor) }),
      String(row.moves.length), `${last.night} ${session.text(`cli.thresholds.reason.${last.reason}` as TextKey)}`, last.alert_id,
    ]
  }))
}

async function undo(session: Session, db: Db, id: string, { by = '', note = '', on }: UndoOptions): Promise<void> {
  const { undoMoves } = await import('../../pipelines/learn/thresholds.ts')
  const knownOn = await chooseKnownDate(db, on)
  const moves = await undoMoves(db, id, knownOn, by, note)
  if (session.json) return session.printJson({ alert_id: id, known_on: knownOn, moves: moves.map(({ night, reason, from, to }) => ({ night, reason, from, to })) })
  session.print(session.text('cli.thresholds.undone', { id, n: moves.length, on: knownOn }))
}
