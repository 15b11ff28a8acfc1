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

/**
 * The curve over all thresholds, falling, with more points around the one that gives `target` alerts.
 *
 * @param sorted   scores that may be thresholds, ascending
 * @param tallyAt  alerts at a threshold
 */
export function drawCurve(sorted: Float32Array, target: number, tallyAt: (threshold: number) => CurvePoint): CurvePoint[] {
  const n = sorted.length
  if (n === 0) return []
  const points = new Map<number, CurvePoint>()
  const at = (rank: number): CurvePoint => {
    const threshold = sorted[n - 1 - rank]
    if (!points.has(threshold)) points.set(threshold, tallyAt(threshold))
    return points.get(threshold)!
  }
  // Ranks of the threshold from above, evenly on a logarithmic scale; the alerts rise with it, though not strictly.
  let few = 0
  let many = -1
  for (let k = 0; k <= POINTS; k++) {
    const rank = Math.min(n - 1, Math.round(n ** (k / POINTS)) - 1)
    const { alerts } = at(rank)
    if (alerts < target) few = rank
    else if (many < 0) many = rank
    if (many >= 0 && alerts > 4 * target) break
  }
  for (let k = 0; k < HALVINGS && many - few > 1; k++) {
    const middle = (few + many) >> 1
    if (at(middle).alerts < target) few = middle
    else many = middle
  }
  return [...points.values()].sort((a, b) => b.threshold - a.threshold)
}

/**
 * What the curve gives at `target` alerts: between the last point with fewer and the first with as many, by chance between the two
 * thresholds. Where even the lowest threshold gives fewer, that one.
 *
 * @param curve by falling threshold
 */
export function pointAtAlerts(curve: readonly CurvePoint[], target: number): CurvePoint | undefined {
  const next = curve.findIndex((point) => point.alerts >= target)
  if (next < 0) return curve.at(-1)
  const high = curve[next]
  if (next === 0 || high.alerts === target) return high
  const low = curve[next - 1]
  const w = (target - low.alerts) / (high.alerts - low.alerts)
  const mix = (of: (point: CurvePoint) => number): number => (w === 1 ? of(high) : w === 0 ? of(low) : (1 - w) * of(low) + w * of(high))
  return {
    threshold: mix((point) => point.threshold), alerts: target, falseAlerts: mix((point) => point.falseAlerts), forbidden: mix((point) => point.forbidden),
    found: mix((point) => point.found), inTime: mix((point) => point.inTime), meanDaysGained: mix((point) => point.meanDaysGained),
    medianLead: mix((point) => point.medianLead),
  }
}
