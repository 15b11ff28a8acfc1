import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { createLastVerdicts, judgeLastDay, SUMMED_DAYS } from '../../../models/detect/batch.ts'
import type { LastVerdicts, SeriesBlock } from '../../../models/detect/batch.ts'
import type { Method } from '../../../models/detect/method.ts'
import { findMethod } from '../../../models/detect/registry.ts'

/** Series of all kinds: empty, sparse, busy, with gaps, a burst on the last day. */
function drawBlock(seed: number, series: number, days: number): SeriesBlock {
  const rng = createRng(seed)
  const counts = new Float64Array(series * days)
  for (let i = 0; i < series; i++) {
    const mean = i % 5 === 0 ? 0 : Math.exp(4 * rng.next() - 3)
    const gaps = i % 3 === 0 ? 0.05 : 0
    for (let t = 0; t < days; t++) counts[i * days + t] = rng.next() < gaps ? NaN : rng.poisson(mean)
    if (i % 4 === 0) counts[(i + 1) * days - 1]! += 3
  }
  return { series, days, counts, period: 'day', periodsPerYear: 365.2425, weekdays: Uint8Array.from({ length: days }, (_, t) => (t % 7) + 1) }
}

/** Each series by itself, with its whole past: what was judged before the last day shows only in sums over time. */
function judgeEach(method: Method, block: SeriesBlock): LastVerdicts {
  const out = createLastVerdicts(block.series)
  const { days } = block
  for (let i = 0; i < block.series; i++) {
    const judged = method.judge({ ...block, counts: block.counts.slice(i * days, (i + 1) * days), from: Math.max(0, days - SUMMED_DAYS), until: days })
    for (const name of ['expected', 'upper', 'statistic', 'alarm', 'reason'] as const) out[name][i] = judged[name].at(-1)!
  }
  return out
}

test.each(['earsC1', 'earsC2', 'C3_textbook', 'cusum', 'cusum_rossi', 'earsC3', 'W2', 'rki1'])('%s judges many series as it judges each', (name) => {
  const method = findMethod(name)
  fc.assert(fc.property(fc.integer(), fc.integer({ min: 1, max: 200 }), (seed, days) => {
    const block = drawBlock(seed, 30, days)
    const out = createLastVerdicts(30)
    judgeLastDay(method, block, out)
    expect(out).toEqual(judgeEach(method, block))
  }), { seed: 20261123, numRuns: 60 })
})

test('what stood in the result before is overwritten', () => {
  const block = drawBlock(1, 20, 150)
  for (const name of ['earsC2', 'C3_textbook', 'cusum']) {
    const clean = createLastVerdicts(20)
    const used = createLastVerdicts(20)
    for (const column of Object.values(used) as (Float64Array | Uint8Array)[]) column.fill(7)
    judgeLastDay(findMethod(name), block, clean)
    judgeLastDay(findMethod(name), block, used)
    expect(used).toEqual(clean)
  }
})
