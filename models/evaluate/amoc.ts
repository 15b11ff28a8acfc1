/**
 * Days gained against alerts: the activity monitoring operating characteristic, and the point on it with a given number of alerts.
 * Fawcett & Provost (1999), KDD '99:53-62. docs/methods/score-card.md
 */
import { NEVER } from './alert-stream.ts'
import type { EpisodeFacts, Tally } from './alert-stream.ts'
import { median } from './summary.ts'

export interface CurvePoint {
  threshold: number
  alerts: number
  falseAlerts: number
  forbidden: number
  /** Of the clusters that are scored: share told at all, told by the fifth caller. */
  found: number
  inTime: number
  /** Days before the twentieth ticket: of all clusters, none gained where told later or never; and the median, −Infinity for never. */
  meanDaysGained: number
  medianLead: number
}

export function curvePoint(threshold: number, { alerts, falseAlerts, forbidden, firstNight }: Tally, { scored, deadline, twentieth }: EpisodeFacts): CurvePoint {
  let clusters = 0
  let found = 0
  let inTime = 0
  let gained = 0
  const leads: number[] = []
  for (let e = 0; e < scored.length; e++) {
    if (scored[e] === 0) continue
    clusters++
    const first = firstNight[e]
    leads.push(first === NEVER ? -Infinity : twentieth[e] - first)
    if (first === NEVER) continue
    found++
    if (first <= deadline[e]) inTime++
    gained += Math.max(0, twentieth[e] - first)
  }
  return {
    threshold, alerts, falseAlerts, forbidden, found: found / clusters, inTime: inTime / clusters,
    meanDaysGained: gained / clusters, medianLead: median(leads),
  }
}

/** How many thresholds a curve is drawn with, and how many halvings find the one with as many alerts. */
const POINTS = 14
const HALVINGS = 9

/** What is to be as many: alerts, or false alerts. */
export type Equal = 'alerts' | 'falseAlerts'

/**
 * The curve over all thresholds, falling, with more points around those that give as many alerts and as many false ones.
 *
 * @param sorted   scores that may be thresholds, ascending
 * @param targets  as many of each
 * @param tallyAt  alerts at a threshold
 */
export function drawCurve(sorted: Float32Array, targets: Readonly<Record<Equal, number>>, tallyAt: (threshold: number) => CurvePoint): CurvePoint[] {
  const n = sorted.length
  if (n === 0) return []
  const points = new Map<number, CurvePoint>()
  const at = (rank: number): CurvePoint => {
    const threshold = sorted[n - 1 - rank]
    if (!points.has(threshold)) points.set(threshold, tallyAt(threshold))
    return points.get(threshold)!
  }
  // Ranks of the threshold from above, evenly on a logarithmic scale; the alerts rise with it, though not strictly.
  const ranks: number[] = []
  for (let k = 0; k <= POINTS; k++) {
    ranks.push(Math.min(n - 1, Math.round(n ** (k / POINTS)) - 1))
    if (at(ranks.at(-1)!).alerts > 4 * targets.alerts) break
  }
  for (const equal of ['alerts', 'falseAlerts'] as const) {
    const next = ranks.findIndex((rank) => at(rank)[equal] >= targets[equal])
    let few = next > 0 ? ranks[next - 1] : 0
    let many = next > 0 ? ranks[next] : 0
    for (let k = 0; k < HALVINGS && many - few > 1; k++) {
      const middle = (few + many) >> 1
      if (at(middle)[equal] < targets[equal]) few = middle
      else many = middle
    }
  }
  return [...points.values()].sort((a, b) => b.threshold - a.threshold)
}

/**
 * What the curve gives at as many: between the last point with fewer and the first with as many, by chance between the two thresholds.
 * Where even the lowest threshold gives fewer, that one.
 *
 * @param curve by falling threshold
 */
export function pointAt(curve: readonly CurvePoint[], equal: Equal, target: number): CurvePoint | undefined {
  const next = curve.findIndex((point) => point[equal] >= target)
  if (next < 0) return curve.at(-1)
  const high = curve[next]
  if (next === 0 || high[equal] === target) return high
  const low = curve[next - 1]
  const w = (target - low[equal]) / (high[equal] - low[equal])
  const mix = (of: (point: CurvePoint) => number): number => (1 - w) * of(low) + w * of(high) // −Infinity stays where either is: chance may bring it
  return {
    threshold: mix((point) => point.threshold), alerts: mix((point) => point.alerts), falseAlerts: mix((point) => point.falseAlerts),
    forbidden: mix((point) => point.forbidden), found: mix((point) => point.found), inTime: mix((point) => point.inTime),
    meanDaysGained: mix((point) => point.meanDaysGained), medianLead: mix((point) => point.medianLead),
  }
}
