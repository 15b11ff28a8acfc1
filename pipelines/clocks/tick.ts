/**
 * The sweep: reads what happened to alerts since the last one, starts and stops clocks, and shows the cards and escalations that are due, each
 * once, each in the transaction of its notice. It holds the alert's lock as an act of a person does, so that of an act and a card in the same second one
 * is first; and it asks the database alone what time it is. Sweeps may run at once, stop half-way, or be late: the next one goes on.
 */
import type { PoolClient } from 'pg'
import type { Config, Locale } from '../../core/config.ts'
import { formatDay, localDay } from '../../core/days.ts'
import type { Log } from '../../core/log.ts'
import { readActs, readOpenings } from '../../sql/alert-life.ts'
import * as store from '../../sql/clocks.ts'
import type { ClockAlertRow, ClockRow } from '../../sql/clocks.ts'
import type { Db } from '../../sql/db.ts'
import { eventOf } from '../alert-life/act.ts'
import { foldLife } from '../alert-life/fold.ts'
import { readRulesInForce } from '../rules-in-force.ts'
import { Batch, NOTHING } from './batch.ts'
import type { TickResult } from './batch.ts'
import { readDeadlineHistory } from './in-force.ts'
import { raiseAll } from './raise.ts'
import type { Raisable } from './raise.ts'
import { abandon, DEFAULT_ZONE, syncClocks } from './sync.ts'
import type { SyncDeps, Synced } from './sync.ts'

export interface TickDeps {
  db: Db
  config: Pick<Config, 'settings' | 'locale'>
  log: Log
  signal?: AbortSignal
}

/** Alerts a transaction. */
const BATCH = 200

export async function tickClocks({ db, config, log, signal }: TickDeps): Promise<TickResult> {
  const began = await store.readNow(db)
  const result: TickResult = { ...NOTHING }
  const ids = await store.readClockCandidates(db)
  if (ids.length > 0) {
    const desk = config.settings.hotlineUnit
    await store.ensureDesk(db, desk)
    const history = await readDeadlineHistory(db)
    const { rules: alertRules } = await readRulesInForce(db, formatDay(localDay(began, DEFAULT_ZONE)), config.settings)
    for (let i = 0; i < ids.length; i += BATCH) {
      signal?.throwIfAborted()
      const batch = ids.slice(i, i + BATCH)
      const done = await db.transaction((client) => tickBatch(client, batch, { history, alertRules, desk }, config.locale))
      for (const key of Object.keys(done) as (keyof TickResult)[]) result[key] += done[key]
    }
  }
  await store.saveSweep(db, began)
  if (result.yellow + result.red + result.escalated > 0) log.info('clocks_ticked', { ...result })
  return result
}

async function tickBatch(client: PoolClient, ids: readonly string[], rules: Omit<SyncDeps, 'now'>, locale: Locale): Promise<TickResult> {
  await store.lockAlerts(client, ids)
  // After the locks: who acted before is seen, who acts after comes later than this.
  const deps: SyncDeps = { ...rules, now: await store.readNow(client) }
  const alerts = new Map((await store.readClockAlerts(client, ids)).map((alert) => [alert.id, alert]))
  const acts = Map.groupBy(await readActs(client, ids, null), (row) => row.alertId)
  const openings = new Map((await readOpenings(client, ids)).map((opening) => [opening.alertId, opening]))
  const clocks = Map.groupBy(await store.readClocksOf(client, ids), (row) => row.alertId)
  const batch = new Batch({ rules: rules.history.latest.rules, desk: rules.desk, now: deps.now, locale })

  const lives = new Map<string, Raisable>()
  const toStart: Synced['started'] = []
  /** Clocks with something due, or whose deadline or hold has changed. */
  const toLookAt: ClockRow[] = []
  for (const alert of alerts.values()) {
    const events = (acts.get(alert.id) ?? []).map(eventOf)
    const opening = openings.get(alert.id)!
    const life = foldLife(opening, events)
    lives.set(alert.id, { life, events })
    const own = clocks.get(alert.id) ?? []
    const { started, changed } = syncClocks({ alert, opening, life, events, clocks: own }, deps)
    toStart.push(...started)
    for (const { clock, events: happened } of changed) batch.change(clock, happened)
    const after = new Map(changed.map(({ clock }) => [clock.id, clock]))
    toLookAt.push(...own.map((clock) => after.get(clock.id) ?? clock).filter((clock) => clock.stoppedAt === null && (after.has(clock.id) || isDue(clock, deps.now))))
  }
  for (const clock of orphans(clocks, alerts)) {
    const { clock: gone, events } = abandon(clock, deps.now)
    batch.change(gone, events)
  }
  const startedIds = await store.insertClocks(client, toStart.map(({ clock }) => clock))
  toStart.forEach(({ clock, events }, i) => {
    const row: ClockRow = { ...clock, id: startedIds[i]! }
    batch.note(row.id, events)
    if (isDue(row, deps.now)) toLookAt.push(row)
  })
  const done = await store.readStepsDone(client, toLookAt.map((clock) => clock.id))
  for (const clock of toLookAt) batch.fire(alerts.get(clock.alertId)!, lives.get(clock.alertId)!, clock, done)

  await raiseAll(client, [...batch.raises.values()], rules.desk)
  await store.updateClocks(client, batch.changed)
  await store.insertClockEvents(client, batch.events)
  batch.result.notices = await store.insertCardNotices(client, batch.notices)
  await store.saveMarks(client, [...alerts.values()].map(({ id, mark }) => ({ id, mark })))
  batch.result.alerts = ids.length
  return batch.result
}

function isDue({ nextAt }: ClockRow, now: number): boolean {
  return nextAt !== null && nextAt <= now
}

/** Running clocks of alerts that are there no more. */
function orphans(clocks: ReadonlyMap<string, readonly ClockRow[]>, alerts: ReadonlyMap<string, ClockAlertRow>): ClockRow[] {
  return [...clocks].filter(([id]) => !alerts.has(id)).flatMap(([, own]) => own.filter((clock) => clock.stoppedAt === null))
}
