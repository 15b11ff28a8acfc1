/**
 * More time for a running clock: asked for by the unit that must act, granted by somebody of the hotline desk, within what the rule allows and before
 * the deadline. The original deadline stays beside the present one.
 */
import type { PoolClient } from 'pg'
import { BadInputError, InvalidOptionError } from '../../core/errors.ts'
import * as store from '../../sql/clocks.ts'
import type { ClockEventRow, ClockRow } from '../../sql/clocks.ts'
import type { Db } from '../../sql/db.ts'
import { act, readLife } from '../alert-life/act.ts'
import type { Actor } from '../alert-life/act.ts'
import type { Role } from '../alert-state.ts'
import { nextOf } from './batch.ts'
import { extendClock, ruleOf, stepsOfClock } from './clock.ts'
import { readDeadlineHistory } from './in-force.ts'

const DESK: readonly Role[] = ['analyst', 'supervisor', 'admin']

export interface ExtensionRequest {
  clockId: string
  /** In the unit of the clock's rule. */
  amount: number
  actor: Actor
  why: string
  /** Version of the alert that the actor saw; null where nobody looked. */
  version: number | null
}

export interface ExtensionRuling extends Omit<ExtensionRequest, 'amount'> { grant: boolean }

/**
 * @throws {BadInputError} `no_such_clock`, `conflict`, `clock_not_running`, `clock_overdue`, `clock_of_another`, `extension_asked`, `extension_limit`
 * @throws {InvalidOptionError} no amount, no reason
 */
export async function askExtension(db: Pick<Db, 'transaction'>, { clockId, amount, actor, why, version }: ExtensionRequest): Promise<ClockRow> {
  if (!Number.isInteger(amount) || amount < 1) throw new InvalidOptionError('amount', amount, 'a whole number from 1 to 1000')
  return db.transaction(async (client) => {
    const { clock, events } = await openClock(client, clockId, actor, why, version)
    if (actor.unit !== clock.unit && !DESK.includes(actor.role)) {
      throw new BadInputError('clock_of_another', `the clock is that of ${clock.unit}, not of ${actor.unit}`, { unit: clock.unit, other: actor.unit })
    }
    if (pendingOf(events)) throw new BadInputError('extension_asked', 'more time was asked for already and waits for a ruling', { clock: clockId })
    checkLimit(clock, amount)
    await note(client, clock, 'extension_asked', actor, why, { amount })
    return clock
  })
}

/** @throws {BadInputError} as above, and `no_extension_asked`, `same_person`, `role_may_not` */
export async function ruleExtension(db: Pick<Db, 'transaction' | 'query'>, { clockId, grant, actor, why, version }: ExtensionRuling): Promise<ClockRow> {
  const history = await readDeadlineHistory(db)
  return db.transaction(async (client) => {
    const { clock, events } = await openClock(client, clockId, actor, why, version)
    const asked = pendingOf(events)
    if (!asked) throw new BadInputError('no_extension_asked', 'nobody asked for more time', { clock: clockId })
    if (!DESK.includes(actor.role)) throw new BadInputError('role_may_not', `${actor.role} may not extend, ${DESK.join(', ')} may`, { role: actor.role, act: 'extend', roles: DESK })
    if (samePerson(asked.by, actor.name)) throw new BadInputError('same_person', `${asked.by} asked for it and cannot extend it`, { act: 'extend', name: asked.by })
    if (!grant) {
      await note(client, clock, 'extension_refused', actor, why, { amount: asked.detail.amount })
      return clock
    }
    const amount = Number(asked.detail.amount)
    checkLimit(clock, amount)
    const extended = extendClock(clock, amount, history.latest.rules)
    const after: ClockRow = { ...extended, ...nextOf(stepsOfClock(extended, history.latest.rules), extended.heldUntil) }
    await act(client, {
      alertId: clock.alertId, act: 'extend', actor, version: null, why,
      detail: { clock: clock.clock, clock_id: clock.id, amount, unit_of_time: ruleOf(clock).limit.unit, due: after.dueOn },
    })
    await store.updateClocks(client, [after])
    await note(client, clock, 'extension_granted', actor, why, { amount, before: new Date(clock.dueAt).toISOString(), due_at: new Date(after.dueAt).toISOString() })
    return after
  })
}

/** The clock with its history, under the alert's lock. */
async function openClock(client: PoolClient, clockId: string, actor: Actor, why: string, version: number | null): Promise<{ clock: ClockRow, events: ClockEventRow[] }> {
  if (actor.name.trim() === '') throw new InvalidOptionError('by', actor.name, 'the name of a person')
  if (actor.unit.trim() === '') throw new InvalidOptionError('unit', actor.unit, 'the name of a unit')
  if (why.trim() === '') throw new BadInputError('act_needs_why', 'extend needs a reason', { act: 'extend' })
  const found = await store.readClock(client, clockId)
  if (!found) throw new BadInputError('no_such_clock', `no clock has the number ${clockId}: weisu clocks list`, { clock: clockId })
  await store.lockAlerts(client, [found.alertId])
  const clock = (await store.readClock(client, clockId))!
  const { life } = await readLife(client, clock.alertId)
  if (version !== null && version !== life.version) {
    throw new BadInputError('conflict', `alert ${clock.alertId} is ${life.state} in version ${life.version}, not in version ${version}`, { id: clock.alertId, state: life.state, version: life.version, seen: version })
  }
  if (clock.stoppedAt !== null) throw new BadInputError('clock_not_running', 'the clock has stopped', { clock: clockId })
  if (await store.readNow(client) >= clock.dueAt) throw new BadInputError('clock_overdue', 'the deadline has passed: it cannot be moved any more', { clock: clockId })
  return { clock, events: await store.readClockEvents(client, [clockId]) }
}

function checkLimit(clock: ClockRow, amount: number): void {
  const { count, most } = ruleOf(clock).extensions
  if (clock.extensions >= count || clock.extended + amount > most) {
    throw new BadInputError('extension_limit', `the rule allows ${count} extensions of ${most} in all; ${clock.extensions} of ${clock.extended} were granted`, {
      count, most, granted: clock.extensions, extended: clock.extended,
    })
  }
}

function pendingOf(events: readonly ClockEventRow[]): ClockEventRow | undefined {
  const last = events.findLast(({ event }) => event.startsWith('extension_'))
  return last?.event === 'extension_asked' ? last : undefined
}

async function note(client: PoolClient, clock: ClockRow, event: 'extension_asked' | 'extension_granted' | 'extension_refused', actor: Actor, why: string, detail: Record<string, unknown>): Promise<void> {
  await store.insertClockEvents(client, [{ clockId: clock.id, event, step: '', revision: clock.extensions, by: actor.name.trim(), unit: actor.unit.trim(), role: actor.role, why, detail }])
}

/** Names as people write them: width, case and spaces do not make another person. */
function samePerson(one: string, other: string): boolean {
  const plain = (name: string): string => name.normalize('NFKC').replace(/\s+/gu, '').toLowerCase()
  return plain(one) === plain(other)
}
