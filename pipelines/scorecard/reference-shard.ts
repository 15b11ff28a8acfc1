/**
 * One reference rule over all nights, on whatever thread: the shard of pipelines/scorecard/references.ts.
 */
import { tallyAlerts } from '../../models/evaluate/alert-stream.ts'
import type { EpisodeFacts, Scores, Streams, Tally } from '../../models/evaluate/alert-stream.ts'
import { curvePoint, drawCurve, pointAt } from '../../models/evaluate/amoc.ts'
import type { CurvePoint, Equal } from '../../models/evaluate/amoc.ts'
import type { Reference } from '../../models/evaluate/reference-statistics.ts'
import { watchNights } from '../../models/evaluate/watch-nights.ts'
import type { WatchedNights } from '../../models/evaluate/watch-nights.ts'

export interface ReferenceShard { reference: Reference }

export interface ReferenceWork {
  nights: WatchedNights
  streams: Streams
  episodes: EpisodeFacts
  quietNights: number
  /** First night that counts; those before it say what was open. */
  countFrom: number
  /** Weisu's own alerts and false alerts: at as many the rules are compared. */
  targets: Readonly<Record<Equal, number>>
}

export interface ReferenceResult {
  reference: Reference
  /** Depth of the uppermost places that are watched, of those tried the one that gains most days at as many alerts. */
  minDepth: number
  curve: CurvePoint[]
  atTarget: CurvePoint | null
  atFalseTarget: CurvePoint | null
  /** Per episode the first night told at the highest threshold with as many alerts as asked for; NEVER. */
  firstNight: Int32Array
  cpuSeconds: number
}

export function runShard({ reference }: ReferenceShard, { nights, streams, episodes, quietNights, countFrom, targets }: ReferenceWork): ReferenceResult {
  const began = process.threadCpuUsage()
  const scores = watchNights(nights, reference)
  const deepest = streams.depth.reduce((most, depth) => Math.max(most, depth), 0)
  // The deepest places alone, those with the level above, all.
  let best: ReferenceResult | undefined
  for (const minDepth of new Set([deepest, Math.max(0, deepest - 1), 0])) {
    const tally = (threshold: number): Tally => tallyAlerts(scores, streams, episodes, threshold, quietNights, minDepth, countFrom)
    const curve = drawCurve(sortedScores(scores, streams, minDepth), targets, (threshold) => curvePoint(threshold, tally(threshold), episodes))
    const atTarget = pointAt(curve, 'alerts', targets.alerts) ?? null
    if (best !== undefined && gained(atTarget) <= gained(best.atTarget)) continue
    const { firstNight } = tally((curve.find((point) => point.alerts >= targets.alerts) ?? curve.at(-1))?.threshold ?? Infinity)
    best = { reference, minDepth, curve, atTarget, atFalseTarget: pointAt(curve, 'falseAlerts', targets.falseAlerts) ?? null, firstNight, cpuSeconds: 0 }
  }
  const { user, system } = process.threadCpuUsage(began)
  return { ...best!, cpuSeconds: (user + system) / 1e6 }
}

function gained(point: CurvePoint | null): number {
  return point === null || Number.isNaN(point.meanDaysGained) ? -1 : point.meanDaysGained
}

function sortedScores({ stream, statistic }: Scores, { depth }: Streams, minDepth: number): Float32Array {
  let n = 0
  const kept = new Float32Array(statistic.length)
  for (let i = 0; i < statistic.length; i++) if (depth[stream[i]] >= minDepth) kept[n++] = statistic[i]
  return kept.subarray(0, n).sort()
}
