import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { InvalidOptionError } from '../../core/errors.ts'
import { createRng } from '../../core/rng.ts'
import { DAY_HOLIDAY, DAY_WEEKEND } from '../../models/detect/baseline-design.ts'
import { readBenchmarkSeries } from '../../pipelines/benchmark-series.ts'
import type { BenchmarkSeries } from '../../pipelines/benchmark-series.ts'
import { evaluate, evaluateJudged } from '../../pipelines/evaluate.ts'
import type { Evaluation } from '../../pipelines/evaluate.ts'
import type { Judged } from '../../pipelines/evaluate-shard.ts'
import { lacksShared, sharedPath } from '../support/shared.ts'
import { writeSmallBenchmark } from './small-benchmark.ts'

const directory = mkdtempSync(join(tmpdir(), 'weisu-evaluate-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const SERIES = 400
const weeks = await readBenchmarkSeries('week', writeSmallBenchmark(directory, 'week', SERIES, 3))
const days = await readBenchmarkSeries('day', writeSmallBenchmark(directory, 'day', 60, 3))

/** What a method would have said whose scores are drawn so. */
function said(set: BenchmarkSeries, score: (at: number) => number, cleanScore: (at: number) => number, threshold: number): Judged {
  const statistic = Float64Array.from(set.during, (_, at) => score(at))
  const cleanStatistic = Float64Array.from(set.during, (_, at) => cleanScore(at))
  const alarms = (scores: Float64Array): Uint8Array => Uint8Array.from(scores, (x) => (x > threshold ? 1 : 0))
  return { statistic, alarm: alarms(statistic), cleanStatistic, cleanAlarm: alarms(cleanStatistic), cannotTell: 0, cpuMs: 800 }
}

describe.each([['weeks', weeks], ['days', days]] as const)('on %s', (_, set) => {
  test('who knows the truth has every outbreak from its first period and no false alarm', () => {
    const random = createRng('truth')
    const truth = said(set, (at) => set.during[at] + random.next(), () => random.next(), 1)
    const perfect = { pod: 1, pod_first: 1, sensitivity: 1, ppv: 1, f1: 1, timeliness: 0, fpr: 0 }
    expect(evaluateJudged(set, { name: 'truth', scored: true }, truth)).toMatchObject({
      method: 'truth', ...perfect, pod_at_fpr01: 1, sensitivity_at_fpr01: 1,
      pod_at_half_episode: 1, within2_at_half_episode: 1, first_at_half_episode: 1, cannot_tell: 0, cpu_ms_per_series: 800 / set.series,
    })
  })

  test('who guesses has as much as chance gives', () => {
    const random = createRng('chance')
    const guess = said(set, () => random.next(), () => random.next(), 0.9)
    const measured = evaluateJudged(set, { name: 'chance', scored: true }, guess)
    const periods = set.until - set.from
    const lengths = Array.from({ length: set.series }, (_, i) => set.during.subarray(i * periods, (i + 1) * periods).reduce((sum, one) => sum + one, 0))
    const found = (rate: number): number => lengths.reduce((sum, n) => sum + 1 - (1 - rate) ** n, 0) / set.series
    const margin = (p: number): number => 4 * Math.sqrt((p * (1 - p)) / set.series)
    const perHalfEpisode = 0.5 / set.periodsPerYear // rare alarms seldom touch: an episode each
    for (const [value, p] of [
      [measured.pod, found(0.1)], [measured.pod_first, 0.1], [measured.sensitivity, 0.1],
      [measured.pod_at_fpr01, found(0.01)], [measured.pod_at_half_episode, found(perHalfEpisode)], [measured.first_at_half_episode, perHalfEpisode],
    ] as const) expect(Math.abs(value - p)).toBeLessThan(margin(p))
    expect(measured.fpr).toBeCloseTo(0.1, 1)
  })

  test('who only says yes or no has no figures at matched rates', () => {
    const random = createRng('unscored')
    const measured = evaluateJudged(set, { name: 'yes', scored: false }, { ...said(set, (at) => set.during[at] + random.next(), () => 0, 1), statistic: new Float64Array(set.during.length).fill(NaN) })
    expect(measured.pod).toBe(1)
    for (const key of ['pod_at_fpr01', 'sensitivity_at_fpr01', 'pod_at_half_episode', 'within2_at_half_episode', 'first_at_half_episode'] as const) expect(measured[key]).toBeNaN()
  })
})

test('weeks have their threshold from the clean series, days from outside the outbreaks', () => {
  const random = createRng('quiet')
  // Scores outside the outbreaks are twice as high as those of the clean series, as after an outbreak that lingers.
  const measure = (set: BenchmarkSeries): number => evaluateJudged(set, { name: 'lingers', scored: true }, said(set, (at) => (set.during[at] ? 1.5 : 2 * random.next()), () => random.next(), 9)).pod_at_fpr01
  expect(measure(weeks)).toBe(1)
  expect(measure(days)).toBe(0)
})

test('the files are read as their columns say', async () => {
  expect(weeks).toMatchObject({ series: SERIES, length: 100, from: 51, until: 100, periodsPerYear: 52 })
  const added = weeks.counts.reduce((sum, count, at) => sum + count - weeks.clean[at], 0)
  expect(added).toBe(3 * weeks.during.reduce((sum, one) => sum + one, 0))
  expect([...days.weekdays!.subarray(0, 8)]).toEqual([1, 2, 3, 4, 5, 6, 7, 1])
  expect(days.kinds![5]).toBe(DAY_WEEKEND)
})

test('a calendar beside the counts, or one that is named, is used', async () => {
  const files = { counts: join(directory, 'day.csv'), series: join(directory, 'day_series.csv'), calendar: join(directory, 'named.csv') }
  writeFileSync(files.calendar, ['day,dow,holiday', ...Array.from({ length: 364 }, (_, t) => `${t + 1},${((t + 2) % 7) + 1},${t === 0 ? 1 : 0}`)].join('\n'))
  const { weekdays, kinds } = await readBenchmarkSeries('day', files)
  expect([weekdays![0], kinds![0], kinds![3]]).toEqual([3, DAY_HOLIDAY, DAY_WEEKEND])
})

test('files that do not fit together are refused with the first row that does not', async () => {
  const good = { counts: join(directory, 'week.csv'), series: join(directory, 'week_series.csv') }
  const lines = readFileSync(good.counts, 'utf8').split('\n')
  const swapped = join(directory, 'swapped.csv')
  writeFileSync(swapped, [...lines.slice(0, 3), lines[4], lines[3], ...lines.slice(5)].join('\n'))
  await expect(readBenchmarkSeries('week', { ...good, counts: swapped })).rejects.toMatchObject({ code: 'bad_benchmark', message: expect.stringContaining('row 3 is not week 3') })
  writeFileSync(swapped, lines.slice(0, -1).join('\n'))
  await expect(readBenchmarkSeries('week', { ...good, counts: swapped })).rejects.toMatchObject({ code: 'bad_benchmark' })
  await expect(readBenchmarkSeries('day', good)).rejects.toMatchObject({ code: 'numbers_lack_column' })
})

test('threads do not change the figures', async () => {
  const files = { counts: join(directory, 'week.csv'), series: join(directory, 'week_series.csv'), period: 'week' as const, methods: ['earsC1', 'earsC2'] }
  const one = await evaluate({ ...files, threads: 1 })
  const two = await evaluate({ ...files, threads: 2 })
  expect(one.map((row) => row.method)).toEqual(files.methods)
  expect(two.map((row) => ({ ...row, cpu_ms_per_series: 0 }))).toEqual(one.map((row) => ({ ...row, cpu_ms_per_series: 0 })))
  expect(one.every((row) => row.cpu_ms_per_series > 0)).toBe(true)
})

test('without names each kind of series has the methods that fit it', async () => {
  const names = async (period: 'week' | 'day'): Promise<string[]> => {
    const files = { counts: join(directory, `${period}.csv`), series: join(directory, `${period}_series.csv`) }
    return (await evaluate({ ...files, period, threads: 1, limit: 2 })).map((row) => row.method)
  }
  const [weekly, daily] = [await names('week'), await names('day')]
  expect(weekly).toEqual(expect.arrayContaining(['earsC2', 'bayes1']))
  expect(daily).toEqual(expect.arrayContaining(['earsC2', 'bayes1', 'W2']))
  expect(weekly).not.toContain('W2') // cannot tell a week
  expect(weekly).not.toContain('farrington_week')
  expect(daily).not.toContain('ff_delta_limit54')
})

test('a method nobody knows is an error', async () => {
  const files = { counts: join(directory, 'week.csv'), series: join(directory, 'week_series.csv') }
  await expect(evaluate({ ...files, period: 'week', threads: 1, methods: ['earsC9'] })).rejects.toBeInstanceOf(InvalidOptionError)
})

/**
 * The published figures come from 2,100 (320) other series of the same design: shares of series differ by four standard errors
 * of the difference at most, shares of periods by four times √2, since periods of one series go together.
 */
function expectPublished(rows: readonly Evaluation[], published: Record<string, Record<string, number>>, set: BenchmarkSeries, theirSeries: number): void {
  const scale = theirSeries / set.series
  const duration = set.during.reduce((sum, one) => sum + one, 0)
  const tolerance = (p: number, n: number): number => 4 * Math.sqrt((p * (1 - p)) / n * (1 + 1 / scale)) + 0.001
  for (const row of rows) {
    for (const [key, value] of Object.entries(published[row.method]!)) {
      const within = key === 'fpr' ? tolerance(value, set.during.length / 2) : key.startsWith('sens') ? tolerance(value, duration / 2) : tolerance(value, set.series)
      expect.soft(Math.abs(Number(row[key as keyof Evaluation]) - value), `${row.method} ${key} ${value}`).toBeLessThan(within)
    }
  }
}

test.skipIf(lacksShared('benchmark/weekly/weekly_dev.csv.gz'))('simple methods come out as published, by weeks', { timeout: 60_000 }, async () => {
  const published = {
    earsC1: { fpr: 0.0685, pod: 0.665, pod_first: 0.58, sensitivity: 0.259, pod_at_fpr01: 0.188, sensitivity_at_fpr01: 0.063 },
    earsC2: { fpr: 0.0849, pod: 0.682, pod_first: 0.588, sensitivity: 0.399, pod_at_fpr01: 0.178, sensitivity_at_fpr01: 0.087 },
    rki2: { fpr: 0.055, pod: 0.67, pod_first: 0.577, sensitivity: 0.346 },
    bayes3: { fpr: 0.1123, pod: 0.831, pod_first: 0.724, sensitivity: 0.523, pod_at_fpr01: 0.397, sensitivity_at_fpr01: 0.188 },
    ffx_nbPlugin: { fpr: 0.0103, pod: 0.525, pod_first: 0.416, sensitivity: 0.254, pod_at_fpr01: 0.519, sensitivity_at_fpr01: 0.251 },
  }
  const files = { counts: sharedPath('benchmark/weekly/weekly_dev.csv.gz'), series: sharedPath('benchmark/weekly/weekly_dev_series.csv') }
  const set = await readBenchmarkSeries('week', files)
  const rows = await evaluate({ ...files, period: 'week', threads: 1, methods: Object.keys(published) })
  expectPublished(rows, published, set, 2100)
})

test.skipIf(lacksShared('benchmark/daily/daily_dev.csv.gz'))('simple methods come out as published, by days', { timeout: 60_000 }, async () => {
  const published = {
    earsC1: { fpr: 0.0256, pod: 0.6, pod_day3: 0.4, sensitivity: 0.077, timeliness: 0.478 },
    earsC2_weekdays: { fpr: 0.0318, pod: 0.688, pod_day3: 0.441, sensitivity: 0.136, timeliness: 0.41 },
    W2: { fpr: 0.0451, pod: 0.797, pod_day3: 0.584, sensitivity: 0.212, timeliness: 0.299 },
  }
  const files = { counts: sharedPath('benchmark/daily/daily_dev.csv.gz'), series: sharedPath('benchmark/daily/daily_dev_series.csv') }
  const set = await readBenchmarkSeries('day', files)
  const rows = await evaluate({ ...files, period: 'day', threads: 1, methods: Object.keys(published) })
  expectPublished(rows, published, set, 320)
})
