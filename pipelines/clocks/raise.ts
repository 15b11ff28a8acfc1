/**
 * 提级 by the clock: an act of the system on the alert's timeline, by the table of transitions like any other; for many alerts in one statement.
 */
import type { PoolClient } from 'pg'
import { insertActs, readToday } from '../../sql/alert-life.ts'
import type { Life, LifeEvent } from '../alert-life/fold.ts'
import { findTransition, RUNGS } from '../alert-state.ts'
import type { Rung } from '../alert-state.ts'

/** An alert under its lock. */
export interface Raisable { life: Life, events: readonly LifeEvent[] }

export interface Raise { alert: Raisable, rung: Rung, why: string, detail: Record<string, unknown> }

/** The rung asked for, or the next one above where the alert stands; null where it stands at the top, or the table has no such act. */
export function nextRung(life: Life, wanted: Rung): Rung | null {
  if (!findTransition('escalate', life.state, 'other')?.roles.includes('system')) return null
  const least = life.escalated === null ? 0 : RUNGS.indexOf(life.escalated) + 1
  return RUNGS[Math.max(least, RUNGS.indexOf(wanted))] ?? null
}

/** @param raises one an alert @param unit  that of the hotline desk, in whose name the system acts */
export async function raiseAll(client: PoolClient, raises: readonly Raise[], unit: string): Promise<void> {
  if (raises.length === 0) return
  const today = await readToday(client)
  await insertActs(client, raises.map(({ alert: { life, events }, rung, why, detail }) => {
    const last = events.at(-1)?.knownOn ?? today
    return {
      alertId: life.alertId, seq: events.length + 1, act: 'escalate', before: life.state, after: life.state, by: 'weisu', unit, role: 'system', party: null, why, detail: { rung, ...detail },
      knownOn: last > today ? last : today,
    }
  }))
}
