import { expect, test } from 'vitest'
import type { Coverage, PlaceCoverage } from '../../../pipelines/learn/under-reporting.ts'
import { coverageSection } from '../../../pipelines/report/coverage-section.ts'
import type { ReportFacts } from '../../../pipelines/report/facts.ts'

const place = (name: string, more: Partial<PlaceCoverage>): PlaceCoverage => ({
  place: ['City', 'North', name], households: 1000, tickets: 12, callers: 9, rate: 30, rate_factor: [0.3, 0.2, 0.4], incidents: 30, duplicates: 2, speed_factor: [0.4, 0.2, 0.6], delay_days: 40,
  top_caller_share: 0.2, herfindahl: 0.15, signal: 'usual', ...more,
})

function section(places: PlaceCoverage[]): string {
  const reporting: Coverage = { night: '2026-11-22', from: '2025-11-23', depth: 2, places, rate: 100, delay_days: 12.25, incidents: 100 }
  return coverageSection('en', { night: '2026-11-22', sources: [], coverage: [], reporting } as unknown as ReportFacts).text
}

test('places with a low signal are named as no calm, others are not, and few callers are not counted', () => {
  const page = section([place('Mill <b>', { signal: 'low_signal' }), place('Hill', { signal: 'low_signal', tickets: null, rate_factor: null, speed_factor: null }), place('Park', {})])
  expect(page).toContain('Mill &lt;b&gt;')
  expect(page).toContain('30% (20% to 40%)')
  expect(page).toContain('under 3 callers')
  expect(page).toContain('100 tickets a year per 1,000 households')
  expect(page).not.toContain('Park')
})

test('where no place is quiet, that is said', () => {
  expect(section([place('Park', {})])).toContain('None among 1 places')
})
