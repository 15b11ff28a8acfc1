/**
 * What people did about an alert's owner: who signed for it, who refused it, whom the hotline's desk named. Nights keep to it; a refusal passes the alert to the
 * next candidate until the desk decides, after three the desk alone decides, and back to a unit that refused it is a matter for a higher level.
 */
import { formatDay, parseDay } from '../../core/days.ts'
import { readActs } from '../../sql/alert-life.ts'
import { readRefusalActs } from '../../sql/routing-refusals.ts'
import type { Queryable } from '../../sql/db.ts'
import type { Designation } from './choose.ts'
import type { RefusalFact } from './learned.ts'

/** After so many refusals the desk names the unit, and that unit may refuse no more. */
export const MOST_REFUSALS = 3
/** Refusals older than this teach nothing any more, in days. */
const REMEMBERED_DAYS = 364

/** The part of an act that says something of the owner. */
export interface OwnerAct { act: string, unit: string, party: string | null, detail: Readonly<Record<string, unknown>>, why: string, knownOn: string }

export interface Refusal { unit: string, why: string, on: string }

export interface Ownership {
  /** The unit that acts as lead, or that the desk named; null where nobody did since the last refusal. */
  owner: string | null
  /** Refusals that stand, oldest first. */
  refusals: Refusal[]
  /** Units by which the alert went, in order: those that refused, and those that were named. */
  path: string[]
}

/** Pure: the same acts give the same owner. */
export function ownershipOf(acts: readonly OwnerAct[]): Ownership {
  const ownership: Ownership = { owner: null, refusals: [], path: [] }
  const pass = (unit: string): void => {
    ownership.owner = unit
    if (ownership.path.at(-1) !== unit) ownership.path.push(unit)
  }
  for (const { act, unit, party, detail, why, knownOn } of acts) {
    // A new round begins without old refusals.
    if (act === 'reopen') ownership.refusals = []
    if (party !== 'lead') continue
    if (act === 'reassign') pass(String(detail.unit))
    else if (act === 'refuse_reassign') {
      // The desk did not let go of it: the refusal never was.
      const from = typeof detail.from === 'string' ? detail.from : ownership.refusals.at(-1)?.unit
      const at = ownership.refusals.findLastIndex((refusal) => refusal.unit === from)
      if (at >= 0) ownership.refusals.splice(at, 1)
      if (from !== undefined) pass(from)
    } else {
      pass(unit)
      if (act !== 'request_reassign') continue
      ownership.refusals.push({ unit, why, on: knownOn })
      ownership.owner = null
    }
  }
  return ownership
}

/** Whether giving the alert to the unit sends it back to one that refused it. */
export function isPingPong(ownership: Ownership, unit: string): boolean {
  return ownership.refusals.some((refusal) => refusal.unit === unit)
}

/** What nights go by, of alerts that anybody acted on by the night. @param idOf  number of a unit of that name */
export async function readDesignations(db: Queryable, ids: readonly string[], night: string, idOf: (name: string) => number | undefined): Promise<Map<string, Designation>> {
  if (ids.length === 0) return new Map()
  const acts = Map.groupBy(await readActs(db, ids, night), (row) => row.alertId)
  return new Map([...acts].map(([id, rows]) => {
    const { owner, refusals } = ownershipOf(rows)
    return [id, {
      unitId: owner === null ? null : idOf(owner) ?? null, refused: refusals.flatMap(({ unit }) => idOf(unit) ?? []), exhausted: owner === null && refusals.length >= MOST_REFUSALS,
    }]
  }))
}

/** Refusals of the last year known by the night, with what they were about: they train the suggestion. */
export async function readRefusals(db: Queryable, night: string, idOf: (name: string) => number | undefined): Promise<RefusalFact[]> {
  const rows = await readRefusalActs(db, formatDay(parseDay(night) - REMEMBERED_DAYS), night)
  return [...Map.groupBy(rows, (row) => row.alertId).values()].flatMap((acts) => {
    const { placeId, familyId } = acts[0]!
    return ownershipOf(acts).refusals.flatMap(({ unit }) => {
      const unitId = idOf(unit)
      return unitId === undefined ? [] : [{ placeId, familyId, unitId }]
    })
  })
}
