import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { adjustFalseDiscovery } from '../../../models/math/false-discovery.ts'

test('adjusted p are those of p.adjust(method = "BH") of R', () => {
  const q = adjustFalseDiscovery(Float64Array.of(0.01, 0.02, 0.03, 0.04, 0.05, 0.9))
  expect([...q].map((value) => Math.round(value * 1e9) / 1e9)).toEqual([0.06, 0.06, 0.06, 0.06, 0.06, 0.9])
  expect([...adjustFalseDiscovery(Float64Array.of(0.005, 0.5, 0.02))]).toEqual([0.015, 0.5, 0.03])
})

test('untested stay NaN and unnamed tests count', () => {
  expect([...adjustFalseDiscovery(Float64Array.of(NaN, 0.01))]).toEqual([NaN, 0.01])
  expect([...adjustFalseDiscovery(Float64Array.of(0.01), 5)]).toEqual([0.05])
  expect(adjustFalseDiscovery(new Float64Array(0))).toHaveLength(0)
})

test('the share of false ones among the found stays below the bound', () => {
  const rng = createRng(20260101)
  let share = 0
  const rounds = 400
  for (let round = 0; round < rounds; round++) {
    // 20 true ones whose p are small, 80 uniform.
    const q = adjustFalseDiscovery(Float64Array.from({ length: 100 }, (_, i) => (i < 20 ? rng.next() ** 6 / 100 : rng.next())))
    const found = [...q.keys()].filter((i) => q[i]! <= 0.1)
    share += found.filter((i) => i >= 20).length / Math.max(1, found.length)
  }
  expect(share / rounds).toBeLessThan(0.1)
  expect(share / rounds).toBeGreaterThan(0.04)
})
