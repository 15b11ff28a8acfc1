/**
 * The record of rules, detectors, levels, kinds, families and units as of a night: how many of their alerts came to something. A unit's word goes before
 * what was counted; where nobody has said anything, a surge within 28 nights counts. Small records lean on the whole (models/learn/proportion.ts).
 */
import { betaPrior, shrink, wilson } from '../../models/learn/proportion.ts'
import type { BetaPrior, Share } from '../../models/learn/proportion.ts'
import type { OutcomeRow } from '../../sql/learning.ts'
import { round } from '../signal-row.ts'

export const DIMENSIONS = ['rule', 'detector', 'level', 'kind', 'family', 'unit'] as const
export type Dimension = (typeof DIMENSIONS)[number]

/** How one of them did so far; the keys are promised in docs/cli.md. */
export interface RecordRow {
  /** Alerts with a final word, those that a unit judged among them, and how many came to something; a half is "partly". */
  of: number
  judged: number
  good: number
  /** good / of and its 95 % interval; null where there is none. */
  share: number | null
  low: number
  high: number
  /** The share leaning on that of all. */
  estimate: number
}

export interface Records {
  row(dimension: Dimension, value: string | number | null): RecordRow
  /** Values with a record, in no promised order. */
  values(dimension: Dimension): (string | number)[]
  all: RecordRow
}

/** 1 came to something, 0 did not; null where it says nothing: a known event, or no final word yet. */
export function labelOf({ verdict, outcome }: Pick<OutcomeRow, 'verdict' | 'outcome'>): number | null {
  if (verdict === 'known') return null
  if (verdict !== null) return { true: 1, partly: 0.5, false: 0 }[verdict]
  return outcome === null ? null : outcome === 'surged' ? 1 : 0
}

const VALUE: { readonly [D in Dimension]: (row: OutcomeRow) => string | number | null } = {
  rule: (row) => row.rule, detector: (row) => row.detector, level: (row) => row.level, kind: (row) => row.kind,
  family: (row) => row.familyId, unit: (row) => row.unitId,
}

/** Alerts with a final word, those that came to something, and those that a unit judged. */
export interface Tally extends Share { judged: number }

/** The record of one of a dimension's values, leaning on that of all of them. @param tallies of every value */
export function recordIn(tallies: ReadonlyMap<string | number, Tally>, value: string | number | null): RecordRow {
  return describe((value === null ? undefined : tallies.get(value)) ?? { of: 0, good: 0, judged: 0 }, betaPrior([...tallies.values()]))
}

export function tallyRecords(outcomes: readonly OutcomeRow[]): Records {
  const groups = new Map<Dimension, Map<string | number, Tally>>(DIMENSIONS.map((dimension) => [dimension, new Map<string | number, Tally>()]))
  const all: Tally = { of: 0, good: 0, judged: 0 }
  for (const row of outcomes) {
    const good = labelOf(row)
    if (good === null) continue
    const add = (tally: Tally): void => {
      tally.of++
      tally.good += good
      if (row.verdict !== null) tally.judged++
    }
    add(all)
    for (const dimension of DIMENSIONS) {
      const value = VALUE[dimension](row)
      if (value === null) continue
      const group = groups.get(dimension)!
      if (!group.has(value)) group.set(value, { of: 0, good: 0, judged: 0 })
      add(group.get(value)!)
    }
  }
  const priors = new Map<Dimension, BetaPrior>(DIMENSIONS.map((dimension) => [dimension, betaPrior([...groups.get(dimension)!.values()])]))
  return {
    all: describe(all, betaPrior([all])),
    row: (dimension, value) => describe((value === null ? undefined : groups.get(dimension)!.get(value)) ?? { of: 0, good: 0, judged: 0 }, priors.get(dimension)!),
    values: (dimension) => [...groups.get(dimension)!.keys()],
  }
}

function describe({ of, good, judged }: Tally, prior: BetaPrior): RecordRow {
  const [low, high] = wilson({ of, good })
  return { of, judged, good, share: of > 0 ? round(good / of) : null, low: round(low), high: round(high), estimate: round(shrink({ of, good }, prior)) }
}
