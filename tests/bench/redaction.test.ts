import { expect, test } from 'vitest'
import { PLANTED_KINDS } from '../../bench/planted.ts'
import { rateFalse, ratePlanted, rateTaidi } from '../../bench/redaction.ts'
import { lacksShared } from '../support/shared.ts'

/** Largest share that may be missed: numbers, cards, plates and mails are exact, names and rooms are language. */
const LIMITS: Readonly<Record<string, number>> = { name: 0.05, room: 0.05 }

test('of planted personal data next to nothing is missed', () => {
  const rates = ratePlanted('test', 40)
  expect(rates.map(({ kind }) => kind).sort()).toEqual([...PLANTED_KINDS].sort())
  for (const { kind, of, share } of rates) {
    expect(of, kind).toBeGreaterThanOrEqual(80)
    expect(share, kind).toBeLessThan(LIMITS[kind] ?? 0.005)
  }
})

test.skipIf(lacksShared('data/tickets/taidi_c2020_attachment3_messages.xlsx'))('of hand-labelled personal data next to nothing is missed', async () => {
  const rates = await rateTaidi()
  expect(rates!.map(({ kind }) => kind).sort()).toEqual(['landline', 'mail', 'name', 'plate', 'room'])
  expect(rates!.reduce((sum, { of }) => sum + of, 0)).toBeGreaterThan(200)
  for (const { kind, share } of rates!) expect(share, kind).toBeLessThan(LIMITS[kind] ?? 0.005)
})

test('names of places are hardly ever taken for personal data', () => {
  for (const { what, of, share } of rateFalse()) {
    expect(of, what).toBeGreaterThan(2000)
    expect(share, what).toBeLessThan(0.02)
  }
})
