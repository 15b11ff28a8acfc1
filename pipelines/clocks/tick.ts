/**
 * The sweep: reads what happened to alerts since the last one, starts and stops clocks, and shows the cards and escalations that are due, each
 * once, each in the transaction of its notice. It holds the alert's lock as an act of a person does, so that of an act and a card in the same second one
 * is first; and it asks the database alone what time it is. Sweeps may run at once, stop half-way, or be late: the next one goes on.
 */
import type { PoolClient } from 'pg'
import type { Config, Locale } from '../../core/config.ts'
import { formatDay, localDay } from '../../core/days.ts'
import { PipelineError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import { t } from '../../core/texts.ts'
import { readActs, readOpenings } from '../../sql/alert-life.ts'
import * as store from '../../sql/clocks.ts'
import type { CardNoticeRow, ClockAlertRow, ClockRow, NewClockEvent } from '../../sql/clocks.ts'
import type { Db } from '../../sql/db.ts'
import { act, eventOf } from '../alert-life/act.ts'
import { foldLife } from '../alert-life/fold.ts'
import type { Life } from '../alert-life/fold.ts'
import { LIVE_STATES, RUNGS } from '../alert-state.ts'
import type { Rung } from '../alert-state.ts'
import { readRulesInForce } from '../rules-in-force.ts'
import { cardNotices } from './card-notices.ts'
import { stepsOfClock } from './clock.ts'
import type { Step } from './due.ts'
import { readDeadlineHistory } from './in-force.ts'
import { abandon, DEFAULT_ZONE, syncClocks } from './sync.ts'
import type { SyncDeps } from './sync.ts'
import { clockWord, shownAt } from './wording.ts'

export interface TickDeps {
  db: Db
  config: Pick<Config, 'settings' | 'locale'>
  log: Log
  signal?: AbortSignal
}

export interface TickResult {
  /** Alerts that were looked at. */
  alerts: number
  started: number
  stopped: number
  tightened: number
  /** Cards and escalations that were told, and those that were overtaken before anybody could be told. */
  yellow: number
  red: number
  escalated: number
  /** 提级. */
  raised: number
  passedOver: number
  notices: number
}

/** Alerts a transaction. */
const BATCH = 200

export async function tickClocks({ db, config, log, signal }: TickDeps): Promise<TickResult> {
  const began = await store.readNow(db)
  const result: TickResult = { alerts: 0, started: 0, stopped: 0, tightened: 0, yellow: 0, red: 0, escalated: 0, raised: 0, passedOver: 0, notices: 0 }
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
  const alerts = await store.readClockAlerts(client, ids)
  const acts = Map.groupBy(await readActs(client, ids, null), (row) => row.alertId)
  const openings = new Map((await readOpenings(client, ids)).map((opening) => [opening.alertId, opening]))
  const clocks = Map.groupBy(await store.readClocksOf(client, ids), (row) => row.alertId)
  const done = await store.readStepsDone(client, ids)
  const batch = createBatch(deps, done)

  const lives = new Map<string, Life>()
  const toStart: { clock: Omit<ClockRow, 'id'>, events: Omit<NewClockEvent, 'clockId'>[] }[] = []
  const running: { alert: ClockAlertRow, clock: ClockRow }[] = []
  for (const alert of alerts) {
    const events = (acts.get(alert.id) ?? []).map(eventOf)
    const opening = openings.get(alert.id)!
    const life = foldLife(opening, events)
    lives.set(alert.id, life)
    const own = clocks.get(alert.id) ?? []
    const { started, changed } = syncClocks({ alert, opening, life, events, clocks: own }, deps)
    const after = new Map(own.map((clock) => [clock.id, clock]))
    for (const { clock, events: happened } of changed) {
      after.set(clock.id, clock)
      batch.change(clock, happened)
    }
    toStart.push(...started)
    for (const clock of after.values()) if (clock.stoppedAt === null) running.push({ alert, clock })
  }
  const byId = new Map(alerts.map((alert) => [alert.id, alert]))
  for (const [id, own] of clocks) if (!byId.has(id)) for (const clock of own) if (clock.stoppedAt === null) { const { clock: gone, events } = abandon(clock, deps.now); batch.change(gone, events) }
  const startedIds = await store.insertClocks(client, toStart.map(({ clock }) => clock))
  toStart.forEach(({ clock, events }, i) => {
    const row: ClockRow = { ...clock, id: startedIds[i]! }
    batch.begin(row, events)
    if (row.stoppedAt === null) running.push({ alert: byId.get(row.alertId)!, clock: row })
  })

  const escalations: { alert: ClockAlertRow, clock: ClockRow, rung: Rung, told: NewClockEvent }[] = []
  for (const { alert, clock } of running) {
    for (const told of batch.fire(alert, clock)) {
      const rung = nextRung(lives.get(alert.id)!, told.detail.rung as Rung | null)
      told.detail.rung = rung
      if (rung !== null) escalations.push({ alert, clock, rung, told })
    }
  }
  for (const { alert, clock, rung, told } of escalations) {
    const why = t(locale, 'clocks.raised_why', { clock: clockWord(locale, clock.clock), unit: clock.unit, due: shownAt(clock.dueAt, clock.timeZone) })
    try {
      const { life } = await act(client, {
        alertId: alert.id, act: 'escalate', actor: { name: 'weisu', unit: deps.desk, role: 'system' }, version: null, why, detail: { rung, clock: clock.clock, clock_id: clock.id },
      })
      lives.set(alert.id, life)
      batch.result.raised++
    } catch (error) {
      // Refused: another clock of the alert has raised it so far in this sweep. The notice goes out all the same.
      if (!(error instanceof PipelineError)) throw error
      told.detail.rung = null
    }
  }
  await store.updateClocks(client, batch.updates())
  await store.insertClockEvents(client, batch.events)
  batch.result.notices = await store.insertCardNotices(client, batch.notices)
  await store.saveMarks(client, alerts.map(({ id, mark }) => ({ id, mark })))
  batch.result.alerts = ids.length
  return batch.result
}

interface Batch {
  result: TickResult
  events: NewClockEvent[]
  notices: CardNoticeRow[]
  change(clock: ClockRow, events: readonly Omit<NewClockEvent, 'clockId'>[]): void
  begin(clock: ClockRow, events: readonly Omit<NewClockEvent, 'clockId'>[]): void
  /** Shows what is due of a running clock. @returns the escalations among it, whose `detail.rung` is to be settled */
  fire(alert: ClockAlertRow, clock: ClockRow): NewClockEvent[]
  updates(): ClockRow[]
}

/** What one transaction will write. @param done steps that were told before, as sql/clocks.ts has them */
function createBatch({ history, desk, now }: SyncDeps, done: ReadonlySet<string>): Batch {
  const result: TickResult = { alerts: 0, started: 0, stopped: 0, tightened: 0, yellow: 0, red: 0, escalated: 0, raised: 0, passedOver: 0, notices: 0 }
  const changed = new Map<string, ClockRow>()
  const events: NewClockEvent[] = []
  const notices: CardNoticeRow[] = []
  const note = (clock: ClockRow, happened: readonly Omit<NewClockEvent, 'clockId'>[]): void => {
    for (const one of happened) {
      events.push({ ...one, clockId: clock.id })
      if (one.event === 'started' || one.event === 'stopped' || one.event === 'tightened') result[one.event]++
    }
  }
  return {
    result, events, notices,
    change: (clock, happened) => { changed.set(clock.id, clock); note(clock, happened) },
    begin: note,
    fire: (alert, clock) => {
      const steps = stepsOfClock(clock, history.latest.rules).filter(({ step }) => !done.has(`${clock.id}|${step}|${clock.extensions}`))
      const isHeld = clock.heldUntil !== null && clock.heldUntil > now
      const due = isHeld ? [] : steps.filter(({ at }) => at <= now)
      const escalated: NewClockEvent[] = []
      for (const step of due) {
        const told = tellStep(clock, step, now)
        events.push(told)
        if (told.event === 'passed_over') {
          result.passedOver++
          continue
        }
        if (told.event === 'escalated') escalated.push(told)
        result[step.escalation ? 'escalated' : step.step as 'yellow' | 'red']++
        notices.push(...cardNotices(alert, clock, step, desk, now))
      }
      const next = steps[due.length]
      const nextAt = next ? Math.max(next.at, clock.heldUntil ?? 0) : null
      if (clock.nextStep !== (next?.step ?? null) || clock.nextAt !== nextAt) changed.set(clock.id, { ...clock, nextStep: next?.step ?? null, nextAt })
      return escalated
    },
    updates: () => [...changed.values()],
  }
}

/** A yellow card warns of a deadline: once that has passed there is nothing to warn of. */
function tellStep(clock: ClockRow, { step, at, escalation }: Step, now: number): NewClockEvent {
  const detail = { due_at: new Date(clock.dueAt).toISOString(), planned_at: new Date(at).toISOString(), ...(escalation ? { to: escalation.to, rung: escalation.rung } : {}) }
  const event = step === 'yellow' && now >= clock.dueAt ? 'passed_over' : escalation ? 'escalated' : 'card'
  return { clockId: clock.id, event, step, revision: clock.extensions, by: 'weisu', unit: '', role: 'system', why: '', detail }
}

/** The rung asked for, or the next one above where the alert stands; null where it stands at the top or is nobody's work. */
function nextRung(life: Life, wanted: Rung | null): Rung | null {
  if (wanted === null || !(LIVE_STATES as readonly string[]).includes(life.state)) return null
  const least = life.escalated === null ? 0 : RUNGS.indexOf(life.escalated) + 1
  return RUNGS[Math.max(least, RUNGS.indexOf(wanted))] ?? null
}
