/**
 * A replay told on a terminal.
 */
import type { TextKey } from '../core/texts.ts'
import type { ReplayListRow } from '../pipelines/replay/register.ts'
import type { ReplayResult } from '../pipelines/replay/result.ts'
import { formatCount, formatSeconds, formatShare } from './format.ts'
import type { Session } from './session.ts'

const LEVELS = ['red', 'orange', 'yellow', 'blue'] as const

export function printReplay(session: Session, result: ReplayResult): void {
  const { alerts } = result
  session.print(session.paint('bold', session.text('cli.replay.heading', { name: result.name, from: result.from, to: result.to, nights: result.nights })))
  session.print(result.nights_run === 0 ? session.text('cli.replay.reused') : session.text('cli.replay.speed', {
    nights: result.nights_run, seconds: formatSeconds(result.seconds), rate: (result.nights_per_second ?? 0).toFixed(2),
  }))
  const memory = session.text(`cli.replay.memory.${result.memory}` as TextKey, { nights: result.warm_up.nights, from: result.warm_up.from ?? '' })
  session.print(session.text('cli.replay.memory', { memory }))
  if (result.assumed_arrivals > 0) {
    session.print(session.text('cli.replay.delay', { share: formatShare(session.locale, result.assumed_arrivals, 1), model: delayWords(session, result) }))
  }
  session.print(session.text('cli.replay.alerts', { new: alerts.new, continued: alerts.continued, ended: alerts.ended, notices: result.notices }))
  const levels = LEVELS.filter((level) => alerts.by_level[level]).map((level) => `${session.text(`alert.level.${level}` as TextKey)} ${formatCount(session.locale, alerts.by_level[level])}`)
  if (levels.length > 0) session.print(session.text('cli.replay.levels', { levels: levels.join(session.locale === 'zh' ? '，' : ', ') }))
  if (result.compare) {
    const { name, from, to, here, there, both, only_here, only_there, earlier, same_night: same, later } = result.compare
    session.print(session.text('cli.replay.compared', { name, from, to, here: here.alerts, there: there.alerts, both, only_here, only_there }))
    session.print(session.text('cli.replay.compared_when', { earlier, same, later }))
  }
}

function delayWords(session: Session, { delay_model: model }: ReplayResult): string {
  return 'steps' in model ? session.text('cli.replay.delay.drawn', { days: model.steps.at(-1)!.days }) : session.text('cli.replay.delay.none')
}

export function printReplayTable(session: Session, rows: readonly ReplayListRow[]): void {
  session.printTable([
    { title: session.text('cli.replay.column.name') },
    { title: session.text('cli.replay.column.nights') },
    { title: session.text('cli.column.status') },
    { title: session.text('cli.replay.column.memory') },
    { title: session.text('cli.replay.column.alerts'), align: 'right' },
    { title: session.text('cli.column.time'), align: 'right' },
  ], rows.map((row) => [
    row.name, `${row.from} – ${row.to}`, session.text(row.status === 'done' ? 'cli.replay.done' : 'cli.status.running'),
    session.text(`cli.replay.memory_word.${row.memory}` as TextKey), formatCount(session.locale, row.alerts?.new), formatSeconds(row.seconds),
  ]))
}
