/**
 * Promised dates at the command line: reading a list of them, and the watch list.
 */
import { localDay } from '../core/days.ts'
import { InvalidOptionError } from '../core/errors.ts'
import type { PromiseImport } from '../pipelines/promised/import-promises.ts'
import type { WatchList, WatchRow, WatchTopic } from '../pipelines/promised/watch-list.ts'
import { readStoreFacts } from '../sql/store-facts.ts'
import { EXIT } from './failure.ts'
import { shellWord } from './format.ts'
import { reasonWord } from './import-view.ts'
import type { Session } from './session.ts'
import { withWriter } from './store.ts'
import { printable } from './width.ts'

/** Rejected rows that are shown. */
const MOST_REJECTS = 20

/** @param withOthers  whether something else was asked for, too */
export async function importPromised(session: Session, path: string, withOthers: boolean): Promise<number> {
  if (withOthers) throw new InvalidOptionError('--watch', path, session.text('cli.import.watch_alone'))
  session.resume = `weisu import --watch ${shellWord(path)}`
  return await withWriter(session, 'import', async (db) => {
    const { importPromises } = await import('../pipelines/promised/import-promises.ts')
    const { timeZone } = await readStoreFacts(db)
    const result = await importPromises(db, path, localDay(Date.now(), timeZone ?? 'Asia/Shanghai'))
    if (session.json) session.printJson(result)
    else printImport(session, result)
    return result.rejected > session.config.settings.maxRejectedShare * result.read ? EXIT.partial : EXIT.ok
  })
}

function printImport(session: Session, { file, read, changed, unchanged, rejected, rejects, new: added }: PromiseImport): void {
  session.print(printable(session.text('cli.promises.done', { file, read, added, changed, unchanged, rejected })))
  for (const { line, reason, column, value } of rejects.slice(0, MOST_REJECTS)) {
    session.print(`  ${printable(session.text('cli.covariate.reject', { line, column: column ?? '', value: value ?? '', reason: reasonWord(session, reason) }))}`)
  }
  if (rejects.length > MOST_REJECTS) session.print(`  ${session.text('cli.promises.more_rejects', { n: rejects.length - MOST_REJECTS })}`)
}

export function printWatch(session: Session, { night, recent_days: days, rows }: WatchList): void {
  const { text } = session
  if (rows.length === 0) return session.say('cli.watch.none')
  session.say('cli.watch.heading', { night, n: rows.length, days })
  session.printTable([
    { title: text('cli.column.place'), shrinkTo: 12, keep: 'end' },
    { title: text('cli.watch.promised') },
    { title: text('cli.watch.left'), align: 'right' },
    { title: text('cli.watch.state') },
    { title: text('cli.watch.odds'), align: 'right' },
    { title: text('cli.watch.before'), shrinkTo: 14 },
    { title: text('cli.watch.first'), dropFirst: 1 },
  ], rows.map((row) => [
    row.place.slice(-2).join(' › '), row.promised_on, String(row.days_left), text(`cli.watch.state.${row.state}`),
    text('cli.watch.times', { n: Math.round(row.odds * 10) / 10 }), spokenText(session, row), row.first_complaint ?? '–',
  ]))
  for (const kind of new Set(rows.filter((row) => row.no_topic).map((row) => row.kind))) session.warn('cli.watch.no_topic', { kind: printable(kind) })
}

function spokenText(session: Session, { leading, complaints }: WatchRow): string {
  const one = ({ topic, callers }: WatchTopic): string => session.text('cli.watch.spoken', { topic: topic.at(-1)!, callers })
  return [...complaints, ...leading].map(one).join(session.locale === 'zh' ? '、' : ', ') || '–'
}
