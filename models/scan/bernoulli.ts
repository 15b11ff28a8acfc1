/**
 * Cases among people who are either case or control: is the share of cases higher inside a window than outside it?
 * Kulldorff, Nagarwalla (1995), Stat Med 14:799-810. docs/methods/expectation-scan.md
 */
import { createAliasTable } from './alias.ts'
import { bernoulliRatio } from './ratios.ts'
import type { ScanModel } from './scan-model.ts'

/** Place-major whole numbers, 0 in cells without a feed. */
export interface BernoulliCells {
  places: number
  days: number
  cases: Float64Array
  controls: Float64Array
  /** Fewest cases in a cluster, 2 as in SaTScan. */
  minCases?: number
}

/** The null draws which of the people are the cases, without returning them. */
export function bernoulliModel({ places, days, cases, controls, minCases = 2 }: BernoulliCells): ScanModel {
  const people = cases.map((count, i) => count + controls[i])
  const table = createAliasTable(people)
  const allPeople = table.total
  let allCases = 0
  for (let i = 0; i < cases.length; i++) allCases += cases[i]
  const casesAreFewer = 2 * allCases <= allPeople
  const drawn = casesAreFewer ? allCases : allPeople - allCases
  return {
    places, days, observed: cases,
    expected: people.map((count) => (count * allCases) / allPeople),
    ratio: (inside, mean) => (inside >= minCases ? bernoulliRatio(inside, mean, allCases, allPeople) : 0),
    draw(random, out) {
      out.fill(0)
      for (let left = drawn; left > 0;) {
        const cell = table.draw(random)
        // Somebody who was drawn already is put back.
        if (random.next() * people[cell] < out[cell]) continue
        out[cell]++
        left--
      }
      if (!casesAreFewer) for (let i = 0; i < out.length; i++) out[i] = people[i] - out[i]
    },
  }
}
