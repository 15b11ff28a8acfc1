/**
 * Planted ramps at quiet places: what share does each way of watching tell by the fifth distinct caller, at no more than 0.8 false
 * alerts per stream-year? docs/methods/ramps.md
 */
import { createRng } from '../core/rng.ts'
import { weekday } from '../core/days.ts'
import { DAY_WEEKEND, DAY_WORKING } from '../models/detect/baseline-design.ts'
import { createPooledShares, estimatePrior, poolShares } from '../models/detect/pooled.ts'
import { METHODS } from '../models/detect/registry.ts'
import { createVerdicts } from '../models/detect/verdict.ts'
import { addBlock, createScatterSums, scatterOf } from '../models/detect/scatter.ts'
import { poolAlongTrees } from '../models/detect/tree-pool.ts'
import { scanWindows } from '../models/detect/windows.ts'
import { drawTown, measureRamps, MEANS, RAMPS } from '../models/evaluate/ramps.ts'
import type { StreamStatistic, Town } from '../models/evaluate/ramps.ts'
import { LOOKBACK_DAYS } from '../pipelines/city-profiles.ts'
import { weigh } from '../pipelines/night-evidence.ts'
import type { Course } from '../pipelines/course.ts'
import { EARS_C2_FLOOR, IN_SEVEN_DAYS } from './rules.ts'
import type { Rule } from './rules.ts'

const SEED = 20261123
/** Two years of history, so that a year's season could be seen, and one that is watched. */
const HISTORY_DAYS = 730
const WATCHED_DAYS = 365
const STREAMS = 40
const FALSE_ALERTS = 0.8
const METHOD_NAMES = ['nb_glm_dow']

/** One row a way of watching; the shares are of the streams of each mean. @param quick fewer towns and ramps */
export async function benchRamps(quick: boolean): Promise<object[]> {
  const random = createRng(SEED)
  const towns = Array.from({ length: quick ? 2 : 10 }, (_, i) => drawTown(STREAMS, HISTORY_DAYS, WATCHED_DAYS, random.fork(`town ${i}`)))
  const methods = METHOD_NAMES.map((name) => METHODS.get(name)).filter((method) => method !== undefined)
  const watches: [name: string, StreamStatistic][] = [
    ['weisu', byNight(towns)],
    ['windows, true mean', byWindows((_, stream) => ({ mean: MEANS[stream % MEANS.length]!, cv: 0 }))],
    ['windows, pooled share', byWindows(pooledMeans(towns))],
    ...[...methods, EARS_C2_FLOOR, IN_SEVEN_DAYS].map((rule): [string, StreamStatistic] => [rule.name, byRule(rule)]),
  ]
  return watches.map(([watch, statistic]) => {
    const { falseEpisodes, worstFalseEpisodes, inTime } = measureRamps(towns, statistic, FALSE_ALERTS, quick ? 2 : 5, random.fork('ramps'))
    const shares = RAMPS.flatMap(({ callers, days }, r) => MEANS.map((mean, m) => [`${callers}/${days}d@${mean}`, inTime[r * MEANS.length + m]!] as const))
    return { watch, falseEpisodes, worstFalseEpisodes, inTime: inTime.reduce((sum, share) => sum + share, 0) / inTime.length, ...Object.fromEntries(shares) }
  })
}

/** A method judges the stream's own days and knows nothing of the town. */
function byRule(rule: Rule): StreamStatistic {
  return ({ days }, _, counts, from, until) => {
    const weekdays = Uint8Array.from({ length: days }, (_, t) => weekday(t))
    const kinds = weekdays.map((day) => (day > 5 ? DAY_WEEKEND : DAY_WORKING))
    return rule.judge({ counts, period: 'day', periodsPerYear: 365.2425, weekdays, kinds, from, until }).statistic
  }
}

/** Days that a window may hold, and over which the night's evidence adds up. */
const REACH = LOOKBACK_DAYS

/** The windows of the night on a given level: −log10 of the best one's p. */
function byWindows(levelOf: (town: Town, stream: number) => { mean: number, cv: number }): StreamStatistic {
  return (town, stream, counts, from, until) => {
    const { mean, cv } = levelOf(town, stream)
    const nights = until - from
    const observed = new Float64Array(nights * REACH)
    for (let i = 0; i < nights; i++) observed.set(counts.subarray(from + i - REACH + 1, from + i + 1), i * REACH)
    const out = createVerdicts(nights)
    const same = (value: number): Float64Array => new Float64Array(nights).fill(value)
    scanWindows({ series: nights, days: REACH, observed, expected: new Float64Array(REACH).fill(mean), row: new Int32Array(nights), size: same(Infinity), cv: same(cv) }, out)
    return out.log10P.map((log10P) => -log10P)
  }
}

/** Each stream's share of its town's callers over the history, shrunk to an equal one. */
function pooledMeans(towns: readonly Town[]): (town: Town, stream: number) => { mean: number, cv: number } {
  const pooled = new Map(towns.map((town) => {
    const { streams, days, from, counts } = town
    const own = Float64Array.from({ length: streams }, (_, i) => counts.subarray(i * days, i * days + from).reduce((sum, count) => sum + count, 0))
    const total = own.reduce((sum, count) => sum + count, 0)
    const share = new Float64Array(streams).fill(1 / streams)
    const strength = estimatePrior(own, share.map((part) => part * total)).shape
    const shares = createPooledShares(streams)
    poolShares({ counts: own, exposure: new Float64Array(streams).fill(total), share, strength }, shares)
    return [town, { mean: shares.mean.map((part) => (part * total) / from), cv: shares.cv }]
  }))
  return (town, stream) => ({ mean: pooled.get(town)!.mean[stream]!, cv: pooled.get(town)!.cv[stream]! })
}

/** The night's rule: the stream's share of its town along the tree, and the evidence of eight weeks, as −ln p. */
function byNight(towns: readonly Town[]): StreamStatistic {
  const courses = new Map(towns.map((town) => [town, coursesOf(town)]))
  return (town, stream, counts, from, until) => {
    const course = courses.get(town)![stream]!
    return Float64Array.from({ length: until - from }, (_, i) => -weigh(counts.subarray(from + i + 1 - REACH, from + i + 1), course).logP)
  }
}

/** Blocks by which the night judges scatter: weeks, and four of them. */
const WEEK = 7
const WEEKS_IN_LONG = 4
/** Depths in the tree. */
const TOWN = 0
const STREAM = 1

/** As the night learns them by the first day watched, from the town's days before its lookback. */
function coursesOf({ streams, days, from, counts }: Town): Pick<Course, 'expected' | 'dispersion' | 'cv'>[] {
  const learnt = from - REACH
  const sum = (i: number, first: number, until: number): number => counts.subarray(i * days + first, i * days + until).reduce((all, count) => all + count, 0)
  const own = Float64Array.from({ length: streams }, (_, i) => sum(i, 0, learnt))
  const under = <T>(town: T, stream: T): T[] => [town, ...new Array<T>(streams).fill(stream)]
  const { expected, shape } = poolAlongTrees({
    counts: Float64Array.of(own.reduce((all, count) => all + count, 0), ...own),
    placeAbove: Int32Array.from(under(-1, 0)), topicAbove: Int32Array.from(under(-1, -1)), bothAbove: Int32Array.from(under(-1, -1)),
    part: Float64Array.from(under(1, 1 / streams)), level: Uint16Array.from(under(TOWN, STREAM)),
  })
  const means = expected.subarray(1).map((mean) => mean / learnt)
  const short = createScatterSums(2)
  const long = createScatterSums(2)
  means.forEach((mean, i) => {
    for (let until = learnt; until >= WEEK * WEEKS_IN_LONG; until -= WEEK * WEEKS_IN_LONG) {
      for (let w = 1; w <= WEEKS_IN_LONG; w++) addBlock(short, STREAM, sum(i, until - w * WEEK, until - (w - 1) * WEEK), WEEK * mean)
      addBlock(long, STREAM, sum(i, until - WEEKS_IN_LONG * WEEK, until), WEEKS_IN_LONG * WEEK * mean)
    }
  })
  const { dailySize, cv } = scatterOf(short, WEEK, long, WEEK * WEEKS_IN_LONG, STREAM)
  return Array.from(means, (mean, i) => ({
    expected: new Float64Array(REACH).fill(mean), dispersion: new Float64Array(REACH).fill(1 + mean / dailySize), cv: Math.sqrt(cv * cv + 1 / shape[i + 1]!),
  }))
}
