/** Reference: sizes that glm.nb of R 4.2.2's MASS found, as alpha_used of ../shared/golden/surveillance. */
import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { fitNegbinLikelihood, likelihoodSize } from '../../../models/detect/negbin-likelihood.ts'
import { fitSeasonal, seasonalDesign, seasonalLogMean, seasonalStandardError } from '../../../models/detect/seasonal-regression.ts'
import { logPmf } from '../../../models/math/distributions.ts'
import { goldenTest } from '../../support/surveillance.ts'

goldenTest('sizes agree with glm.nb', 'glr', ({ input, entries }) => {
  const design = (trend: boolean): ReturnType<typeof seasonalDesign> => seasonalDesign(input, { trend, harmonics: 1, weekdays: false })
  for (const setting of ['glrnb', 'glrnb_window']) {
    const { error, control, alpha_used: alpha } = entries[setting]!
    if (error !== undefined) continue
    const { size } = fitSeasonal(input.counts, design(Boolean(control.trend)), input.from, 'likelihood')
    // R's theta.ml stops at steps of 1.2e-4.
    expect(Math.abs(size * Number(alpha) - 1), setting).toBeLessThan(2e-7)
  }
})

test('no other size is likelier, in sparse and in dense counts', () => {
  const rng = createRng('sizes')
  for (const [mean, size] of [[0.3, 0.2], [5, 1.5], [5, 40], [900, 12]] as const) {
    const means = Float64Array.from({ length: 400 }, () => mean * (0.5 + rng.next()))
    const counts = means.map((m) => rng.negativeBinomial(m, size))
    const found = likelihoodSize(counts, means)
    const logLikelihood = (s: number): number => counts.reduce((sum, y, i) => sum + logPmf(y, means[i], s), 0)
    for (const factor of [0.5, 0.99, 1.01, 2]) expect(logLikelihood(found), `${mean}, ${size}`).toBeGreaterThan(logLikelihood(factor * found))
    expect(likelihoodSize(counts, means, 1e6)).toBeCloseTo(found, 6)
    expect(Math.abs(Math.log(found / size))).toBeLessThan(1)
  }
})

test('counts that scatter less than Poisson have no size; gaps are left out', () => {
  expect(likelihoodSize(new Float64Array(50).fill(3), new Float64Array(50).fill(3))).toBe(Infinity)
  const counts = Float64Array.of(1, 9, 0, 4, NaN, 12)
  const means = new Float64Array(6).fill(5)
  expect(likelihoodSize(counts, means)).toBeCloseTo(likelihoodSize(counts.filter((y) => y >= 0), means.subarray(0, 5)), 9)
})

test('a fit that begins at an earlier one ends where a fresh one does', () => {
  const rng = createRng('warm start')
  const counts = Float64Array.from({ length: 300 }, (_, t) => rng.negativeBinomial(8 * Math.exp(0.5 * Math.sin(t / 8.3)), 2))
  const input = { counts, period: 'week', periodsPerYear: 52, from: 0, until: 300 } as const
  const design = seasonalDesign(input, { trend: true, harmonics: 1, weekdays: false })
  const earlier = fitSeasonal(counts, design, 290, 'likelihood')
  const warm = fitSeasonal(counts, design, 300, 'likelihood', earlier)
  const fresh = fitSeasonal(counts, design, 300, 'likelihood')
  expect(Math.abs(warm.size / fresh.size - 1)).toBeLessThan(1e-7)
  expect(Math.abs(seasonalLogMean(design, warm.coefficients, 299) - seasonalLogMean(design, fresh.coefficients, 299))).toBeLessThan(1e-8)
  // One weekday mean of n counts: standard error √((1/mean + 1/size) / n) for a level alone.
  const level = seasonalDesign(input, { trend: false, harmonics: 0, weekdays: false })
  const flat = fitSeasonal(counts, level, 300, 'likelihood')
  const mean = counts.reduce((sum, y) => sum + y, 0) / 300
  expect(seasonalStandardError(level, flat.covariance, 5)).toBeCloseTo(Math.sqrt((1 / mean + 1 / flat.size) / 300), 6)
})

test('counts where the mean is all but 0 do not converge, nor does no history', () => {
  // The first half rises to 40, the second is empty but for one ticket that the trend calls impossible.
  const counts = Float64Array.from({ length: 200 }, (_, t) => (t < 20 ? 40 : t === 199 ? 1 : 0))
  const input = { counts, period: 'week', periodsPerYear: 52, from: 0, until: 200 } as const
  const design = seasonalDesign(input, { trend: true, harmonics: 0, weekdays: false })
  expect(fitSeasonal(counts, design, 200, 'likelihood').reason).toBe('no_convergence')
  expect(fitSeasonal(counts, design, 200, Infinity).converged).toBe(true)
  expect(fitNegbinLikelihood({ counts: new Float64Array(9).fill(NaN), design: new Float64Array(9).fill(1), columns: 1 }).reason).toBe('no_history')
})
