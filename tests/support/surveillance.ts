/**
 * Reference values of R surveillance 1.20.3 in ../shared/golden/surveillance, and how far ours may be from them.
 */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Judgements, SeriesInput } from '../../models/detect/method.ts'
import { lacksShared, sharedPath } from './shared.ts'

/** null is not available, 'Infinity' a text. */
export type Reference = readonly (number | string | boolean | null)[]

export interface Golden {
  name: string
  /** The weeks that the values speak of, as a method is asked for them. */
  input: SeriesInput
  /** Values of one method, by setting. */
  entries: Record<string, { control: Record<string, number | string | boolean | null>, error?: string } & Record<string, Reference>>
}

/** One test for each of the five data sets that has values of `method`. */
export function goldenTest(title: string, method: string, compare: (golden: Golden) => void): void {
  for (const name of ['salmonella_agona', 'salmNewport_total', 'campyDE', 'k1', 'm1']) {
    const path = `golden/surveillance/${name}.json`
    test.skipIf(lacksShared(path))(`${title}: ${name}`, () => compare(readGolden(name, path, method)))
  }
}

function readGolden(name: string, path: string, method: string): Golden {
  const golden = JSON.parse(readFileSync(sharedPath(path), 'utf8')) as Record<string, unknown>
  const { results_for_indices: own, ...values } = golden[method] as Record<string, unknown>
  const weeks = (own ?? golden.results_for_indices) as number[]
  const counts = Float64Array.from(golden.observed as number[])
  // outbreakP and cdc have one setting, which has no name.
  const entries = ('control' in values ? { [method]: values } : values) as Golden['entries']
  return { name, entries, input: { counts, period: 'week', periodsPerYear: 52, from: weeks[0]! - 1, until: weeks.at(-1)! } }
}

/** Fails where a value is more than `tolerance` of the reference away, or one is missing where the other is not. */
export function expectClose(ours: ArrayLike<number>, reference: Reference, tolerance: number, where: string): void {
  expect(ours.length, where).toBe(reference.length)
  reference.forEach((value, i) => {
    if (value === null) return expect(ours[i], `${where}, row ${i}`).toBeNaN()
    const exact = Number(value)
    if (Number.isFinite(exact)) expect(Math.abs(ours[i]! - exact), `${where}, row ${i}: ${ours[i]} for ${exact}`).toBeLessThanOrEqual(tolerance * Math.max(1e-6, Math.abs(exact)))
    else expect(ours[i], `${where}, row ${i}`).toBe(exact)
  })
}

/** The same alarms; none where the reference has no answer. */
export function expectAlarms({ alarm }: Judgements, reference: Reference, where: string): void {
  expect(Array.from(alarm, Boolean), where).toEqual(reference.map(Boolean))
}
