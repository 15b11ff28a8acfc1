/**
 * Weekly series of the design of the weekly benchmark, with seeds of one's own, so that nobody tunes to the 420 series of its
 * dev part. Baseline and outbreaks: Noufaily et al. (2013), Stat Med 32:1206-1222, §3; Bédubourg & Le Strat (2017), PLoS ONE 12:e0181227.
 */
import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import type { Rng } from '../core/rng.ts'

/** ln mean = theta + beta · week + Σ over `harmonics` of gamma1 cos + gamma2 sin, period 52; variance = phi · mean. */
export interface WeeklyScenario { theta: number, beta: number, gamma1: number, gamma2: number, harmonics: number, phi: number }

export const WEEKS = 624
/** Index of the first of the 49 weeks that are judged. */
export const FIRST_JUDGED_WEEK = 575
const FIRST_PAST_WEEK = 312
const PAST_OUTBREAKS = 4
/** Strengths of the past outbreaks and of the one to be found, in standard deviations of a week: every pair comes equally often. */
const PAST_STRENGTHS = [0, 2, 3, 5, 10]
const STRENGTHS = 10
const PAIRS = PAST_STRENGTHS.length * STRENGTHS

export interface WeeklySeries {
  /** 624 counts, all outbreaks included. */
  counts: Float64Array
  /** The same without the outbreak to be found. */
  clean: Float64Array
  /** First and last week of that outbreak, indices. */
  first: number
  last: number
}

/** @param path scenarios.csv of the benchmark */
export function readWeeklyScenarios(path: string): WeeklyScenario[] {
  const rows = parse(readFileSync(path), { columns: true, cast: true }) as Record<string, number>[]
  return rows.map((row) => ({
    theta: row.theta!, beta: row.beta!, gamma1: row.gamma1!, gamma2: row.gamma2!, harmonics: row.m!, phi: row.phi!,
  }))
}

/** @param replicate decides the strengths; 50 of them hold every pair of past and present strength once */
export function simulateWeekly(scenario: WeeklyScenario, replicate: number, random: Rng): WeeklySeries {
  const pair = replicate % PAIRS
  const mean = Float64Array.from({ length: WEEKS }, (_, week) => weeklyMean(scenario, week + 1))
  const clean = Float64Array.from(mean, (mu) => drawCount(mu, scenario.phi, random))
  for (let k = 0; k < PAST_OUTBREAKS; k++) {
    const start = FIRST_PAST_WEEK + random.below(FIRST_JUDGED_WEEK - FIRST_PAST_WEEK)
    addOutbreak(clean, FIRST_JUDGED_WEEK, start, PAST_STRENGTHS[pair % PAST_STRENGTHS.length]! * sd(start), random)
  }
  const counts = clean.slice()
  for (;;) {
    const start = FIRST_JUDGED_WEEK + random.below(WEEKS - FIRST_JUDGED_WEEK)
    const { first, last } = addOutbreak(counts, WEEKS, start, (1 + Math.floor(pair / PAST_STRENGTHS.length)) * sd(start), random)
    if (first >= 0) return { counts, clean, first, last }
  }

  function sd(week: number): number {
    return Math.sqrt(scenario.phi * mean[week])
  }
}

function weeklyMean({ theta, beta, gamma1, gamma2, harmonics }: WeeklyScenario, week: number): number {
  let eta = theta + beta * week
  for (let j = 1; j <= harmonics; j++) {
    const angle = (2 * Math.PI * j * week) / 52
    eta += gamma1 * Math.cos(angle) + gamma2 * Math.sin(angle)
  }
  return Math.exp(eta)
}

function drawCount(mean: number, phi: number, random: Rng): number {
  return phi > 1 ? random.negativeBinomial(mean, mean / (phi - 1)) : random.poisson(mean)
}

/** Adds Poisson(size) cases, two at least unless the size is 0, spread over floor(LogNormal(0, ½)) weeks; first is −1 where none fell before `until`. */
function addOutbreak(counts: Float64Array, until: number, start: number, size: number, random: Rng): { first: number, last: number } {
  let cases = 0
  while (size > 0 && cases < 2) cases = random.poisson(size)
  let first = -1
  let last = -1
  for (let c = 0; c < cases; c++) {
    const week = start + Math.floor(Math.exp(0.5 * random.normal()))
    if (week >= until) continue
    counts[week]++
    first = first < 0 ? week : Math.min(first, week)
    last = Math.max(last, week)
  }
  return { first, last }
}
