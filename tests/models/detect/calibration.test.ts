import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { CALIBRATIONS, cellOf, CVS, DISPERSIONS, LEVELS, logPOfOdds } from '../../../models/detect/calibration.ts'
import { EvidenceFilter } from '../../../models/detect/evidence.ts'
import { judgeWeisu, WEISU_SETTINGS } from '../../../models/detect/weisu.ts'

test('each table has a row for each cell, falling in p', () => {
  for (const { means, values } of Object.values(CALIBRATIONS)) {
    expect(values.length).toBe(means.length * DISPERSIONS.length * CVS.length * LEVELS.length)
    for (let cell = 0; cell < values.length; cell += LEVELS.length) {
      for (let k = 1; k < LEVELS.length; k++) expect(values[cell + k]).toBeGreaterThanOrEqual(values[cell + k - 1])
    }
    expect(values.every(Number.isFinite)).toBe(true)
  }
})

test('on the grid the table is read as it is, between it is interpolated, beyond its ends p goes on falling', () => {
  const { means, values } = CALIBRATIONS.day
  const [m, d, c] = [20, 1, 1]
  const cell = cellOf(m, d, c)
  const k = LEVELS.indexOf(0.01)
  expect(logPOfOdds(values[cell + k], means[m], DISPERSIONS[d], CVS[c])).toBeCloseTo(Math.log(0.01), 6)
  let last = Infinity
  for (let logOdds = -3; logOdds < 40; logOdds += 0.1) {
    const logP = logPOfOdds(logOdds, 0.7, 1.3, 0.1)
    expect(logP).toBeLessThanOrEqual(last)
    last = logP
  }
  expect(logPOfOdds(-3, 0.7, 1.3, 0.1)).toBe(0)
  const end = values[cell + LEVELS.length - 1]
  expect(logPOfOdds(end + 5, means[m], DISPERSIONS[d], CVS[c])).toBeCloseTo(Math.log(LEVELS.at(-1)!) - 5, 6)
  expect(logPOfOdds(1, NaN, 1, 0)).toBeNaN()
})

test('where the course is known, alarms come as often as told', () => {
  for (const [mean, dispersion] of [[0.02, 1], [0.2, 1], [0.5, 2], [20, 1.5]] as const) {
    const random = createRng(`usual ${mean}`)
    const { rises, onset } = WEISU_SETTINGS.day
    const filter = new EvidenceFilter(rises, onset)
    const days = 200000
    const alarms = [30, 100, 365].map(() => 0)
    for (let day = -56; day < days; day++) {
      const today = mean * (day % 7 > 4 ? 0.6 : 1)
      const logOdds = filter.step(dispersion > 1 ? random.negativeBinomial(today, today / (dispersion - 1)) : random.poisson(today), today, dispersion, 0)
      const logP = logPOfOdds(logOdds, filter.mean, filter.dispersion, 0)
      if (day >= 0) [30, 100, 365].forEach((interval, k) => { if (logP <= -Math.log(interval)) alarms[k]!++ })
    }
    // Nights in a row are alike: the standard error of the rarest is about 7 %.
    ;[30, 100, 365].forEach((interval, k) => {
      const relative = (alarms[k]! * interval) / days
      expect(relative, `mean ${mean}, once in ${interval} days`).toBeGreaterThan(0.82)
      expect(relative, `mean ${mean}, once in ${interval} days`).toBeLessThan(1.2)
    })
  }
})

test('where it has to be learnt and weekends are closed, too', () => {
  const days = 1500
  const weekdays = Uint8Array.from({ length: days }, (_, t) => (t % 7) + 1)
  let alarms = 0
  let nights = 0
  for (let s = 0; s < 40; s++) {
    const random = createRng(`office ${s}`)
    const counts = Float64Array.from(weekdays, (day) => (day > 5 ? 0 : random.poisson(3)))
    const { logP } = judgeWeisu({ counts, period: 'day', periodsPerYear: 365.2425, weekdays, from: 1100, until: days })
    for (const p of logP) {
      nights++
      if (p <= -Math.log(30)) alarms++
    }
  }
  expect((alarms * 30) / nights).toBeGreaterThan(0.8)
  expect((alarms * 30) / nights).toBeLessThan(1.25)
})
