/**
 * Who is told of an act, in its transaction: whoever has to do something for it, or whose work it ends. An act that is entered later is told to nobody.
 */
import { createHash } from 'node:crypto'
import type { PoolClient } from 'pg'
import { insertActNotices, readAlertWords } from '../../sql/alert-life.ts'
import type { Act } from '../alert-state.ts'
import { leadOf } from './fold.ts'
import type { Life, LifeEvent } from './fold.ts'

/** Reason of the notice, and the units it goes to; `desk` is the hotline's unit. */
type Telling = (life: Life, event: LifeEvent, desk: string) => readonly [reason: string, units: readonly (string | null | undefined)[]]

const everybody = (life: Life): string[] => life.parties.filter((party) => party.state !== 'released').map((party) => party.unit)

const TELLINGS: Readonly<Partial<Record<Act, Telling>>> = {
  add_task: (_, { detail }) => ['task', [detail.unit]],
  reassign: (_, { detail }) => ['reassigned', [detail.unit]],
  add_unit: (_, { detail }) => ['added', [detail.unit]],
  refuse_reassign: (life, { detail }) => ['kept', [detail.from ?? leadOf(life)]],
  request_reassign: (_, __, desk) => ['refused', [desk]],
  request_strike_off: (_, __, desk) => ['review', [desk]],
  refuse_strike_off: (life) => ['rework', [leadOf(life)]],
  keep_on_book: (life) => ['on_book', [leadOf(life)]],
  strike_off: (life) => ['struck_off', everybody(life)],
  reopen: (life) => ['reopened', everybody(life)],
  remind: (life) => ['reminded', [leadOf(life)]],
  escalate: (life, _, desk) => ['escalated', [leadOf(life), ...life.parties.filter((party) => party.kind === 'territory' && party.state !== 'released').map((party) => party.unit), desk]],
}

/** @returns notices written */
export async function tellAct(client: PoolClient, life: Life, event: LifeEvent, desk: string, later: boolean): Promise<number> {
  const telling = TELLINGS[event.act]
  if (!telling) return 0
  const [reason, named] = telling(life, event, desk)
  const units = [...new Set(named)].filter((unit): unit is string => Boolean(unit) && unit !== event.unit)
  if (units.length === 0) return 0
  const words = await readAlertWords(client, life.alertId)
  const note = [event.detail.text, event.why].filter((text) => text).join(' · ')
  const payload = { alert: life.alertId, event: reason, kind: reason, ...words, note, ...(event.detail.due ? { due_on: event.detail.due } : {}) }
  return insertActNotices(client, units.map((unit) => {
    const key = createHash('sha256').update(`${life.alertId}\n${reason}\n${event.seq}\n${unit}`).digest('hex').slice(0, 12)
    return { id: `${life.alertId}-${key}`, alertId: life.alertId, night: event.knownOn, reason, unit, payload }
  }), later)
}
