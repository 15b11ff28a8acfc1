import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRouter, ROUTE_STEPS } from '../../../pipelines/routing/choose.ts'
import type { Designation, Question, RouteStep, UnitFacts } from '../../../pipelines/routing/choose.ts'
import { TERRITORY } from '../../../pipelines/routing/rules.ts'
import type { RoutingRule } from '../../../pipelines/routing/rules.ts'

const PLACES = ['City', 'City›North', 'City›North›Street', 'City›North›Street›Mill', 'City›North›Street›Mill›Gate', 'City›South'].map((path, id) => ({ id, path, kind: ['city', 'district', 'street', 'compound', 'point', 'district'][id]! }))
const TOPICS = ['', 'Noise', 'Noise›Night', 'Heat'].map((path, id) => ({ id, path }))
const PLACE_ROLLUP = [[0], [0, 1], [0, 1, 2], [0, 1, 2, 3], [0, 1, 2, 3, 4], [0, 5]]
const TOPIC_ROLLUP = [[0], [0, 1], [0, 1, 2], [0, 3]]
const UNITS: UnitFacts[] = [
  { id: 1, name: 'Desk', kind: 'hotline', territory: null, topics: [] },
  { id: 2, name: 'Works', kind: 'bureau', territory: null, topics: ['Noise'] },
  { id: 3, name: 'Street office', kind: 'street', territory: 'City›North›Street', topics: [] },
  { id: 4, name: 'North', kind: 'district', territory: 'City›North', topics: [] },
  { id: 5, name: 'Property', kind: 'enterprise', territory: null, topics: [] },
  { id: 6, name: 'Trade', kind: 'bureau', territory: null, topics: [] },
]
const NIGHT = '2026-11-22'

const rule = (given: Partial<RoutingRule> & { id: string, unit: string }): RoutingRule => ({
  place: null, topic: null, co: [], author: 'a', source: 's', effectiveFrom: null, effectiveUntil: null, note: '', ...given,
})
const router = (rules: RoutingRule[], units = UNITS): ReturnType<typeof createRouter> => createRouter({
  rules, night: NIGHT, units, hotlineUnit: 'Desk', kindOf: (path) => PLACES.find((place) => place.path === path)?.kind,
  placePath: (id) => PLACES[id]!.path, topicPath: (id) => TOPICS[id]!.path,
})
const question = (place: number, topic: number, more: Partial<Question> = {}): Question => ({
  place: { ...PLACES[place]!, rollup: PLACE_ROLLUP[place]! }, topic: { ...TOPICS[topic]!, rollup: TOPIC_ROLLUP[topic]! }, shares: [], ...more,
})

const DIRECT = rule({ id: 'direct', place: 'City›North›Street›Mill', unit: 'Property' })
const DIRECT_NOISE = rule({ id: 'direct-noise', place: 'City›North›Street›Mill', topic: 'Noise', unit: 'Trade' })
const STREET = rule({ id: 'street', place: 'City›North›Street', topic: 'Noise', unit: 'Street office', co: ['Trade'] })
const DISTRICT = rule({ id: 'district', place: 'City›North', unit: 'North' })
const LOCAL = rule({ id: 'local', topic: 'Noise', unit: TERRITORY, co: ['Trade'] })
const DEFAULT = rule({ id: 'default', topic: 'Noise', unit: 'Trade' })
const NIGHT_NOISE = rule({ id: 'night-noise', topic: 'Noise›Night', unit: 'Works' })
const SHARES = [{ unitId: 6, n: 3, share: 0.6 }, { unitId: 2, n: 2, share: 0.4 }]

// The order, a row each: which rules there are, where the alert is, who leads, by which step and rule.
test.each<[string, RoutingRule[], Question, string, RouteStep, string | null]>([
  ['a rule for the compound before one for its street', [STREET, DIRECT], question(3, 1), 'Property', 'direct', 'direct'],
  ['a rule for the compound holds at its gate, too', [STREET, DIRECT], question(4, 1), 'Property', 'direct', 'direct'],
  ['of two rules for the compound the one that names the topic', [DIRECT, DIRECT_NOISE], question(3, 2), 'Trade', 'direct', 'direct-noise'],
  ['a rule for the compound and another topic says nothing', [DIRECT_NOISE, DISTRICT], question(3, 3), 'North', 'territory', 'district'],
  ['the narrower territory first', [DISTRICT, STREET], question(3, 1), 'Street office', 'territory', 'street'],
  ['a territory before the topic\'s default', [DEFAULT, DISTRICT], question(3, 1), 'North', 'territory', 'district'],
  ['the territory leads where the rule of a topic says so', [LOCAL, DEFAULT], question(3, 1), 'Street office', 'territory', 'local'],
  ['a rule without territory there gives way to the default', [LOCAL, DEFAULT], question(5, 1), 'Trade', 'topic', 'default'],
  ['the narrower topic first', [DEFAULT, NIGHT_NOISE], question(5, 2), 'Works', 'topic', 'night-noise'],
  ['a default before where the tickets went', [DEFAULT], question(3, 1, { shares: [{ unitId: 5, n: 9, share: 1 }] }), 'Trade', 'topic', 'default'],
  ['where the tickets went before the registered owner', [], question(3, 1, { shares: SHARES }), 'Trade', 'tickets', null],
  ['the registered owner before the desk', [], question(3, 2), 'Works', 'topic_owner', null],
  ['the desk last', [], question(3, 3), 'Desk', 'hotline_desk', null],
  ['a rule not yet in force says nothing', [{ ...DIRECT, effectiveFrom: '2026-11-23' }], question(3, 3), 'Desk', 'hotline_desk', null],
  ['a rule that is over says nothing', [{ ...DIRECT, effectiveUntil: NIGHT }], question(3, 3), 'Desk', 'hotline_desk', null],
  ['a rule of this very night holds', [{ ...DIRECT, effectiveFrom: NIGHT, effectiveUntil: '2026-11-23' }], question(3, 3), 'Property', 'direct', 'direct'],
  ['a rule for a place below the alert says nothing', [DIRECT], question(2, 3), 'Desk', 'hotline_desk', null],
  ['an unknown unit is passed over', [{ ...DIRECT, unit: 'Abolished' }, DISTRICT], question(3, 3), 'North', 'territory', 'district'],
  ['all topics together have the places\' rules', [DISTRICT, DEFAULT], question(3, 0), 'North', 'territory', 'district'],
])('%s', (_, rules, asked, unit, step, by) => {
  const route = router(rules).choose(asked)
  expect([UNITS.find(({ id }) => id === route.leadUnitId)!.name, route.step, route.rule?.id ?? null]).toEqual([unit, step, by])
})

test('what people decided goes before every rule, and a refusal passes the alert on', () => {
  const named = (designation: Partial<Designation>): string => {
    const route = router([DIRECT, DISTRICT]).choose(question(3, 1, { shares: SHARES, designation: { unitId: null, refused: [], exhausted: false, ...designation } }))
    return UNITS.find(({ id }) => id === route.leadUnitId)!.name
  }
  expect(named({})).toBe('Property')
  expect(named({ unitId: 2 })).toBe('Works')
  expect(named({ refused: [5] })).toBe('North')
  expect(named({ refused: [5, 4] })).toBe('Trade')
  // The second of those to whom the tickets went.
  expect(named({ refused: [5, 4, 6] })).toBe('Works')
  expect(named({ refused: [5, 4, 6], exhausted: true })).toBe('Desk')
  expect(named({ refused: [5, 4, 6, 2] })).toBe('Desk')
  // Back to a unit that refused, because the desk said so.
  expect(named({ unitId: 5, refused: [5, 4, 6], exhausted: false })).toBe('Property')
})

test('helpers are the busy units, the territory, the owner and those of the rule, without the lead and without who refused', () => {
  const co = (designation?: Designation): string[] => router([STREET]).choose(question(3, 1, { shares: [{ unitId: 5, n: 8, share: 0.8 }, { unitId: 4, n: 1, share: 0.1 }], designation }))
    .coUnitIds.map((id) => UNITS.find((unit) => unit.id === id)!.name)
  expect(co()).toEqual(['Works', 'Property', 'Trade'])
  expect(co({ unitId: null, refused: [6], exhausted: false })).toEqual(['Works', 'Property'])
})

const anyRule = fc.record({
  id: fc.stringMatching(/^[a-z]{1,6}$/), unit: fc.constantFrom(...UNITS.map(({ name }) => name), TERRITORY, 'Nobody'),
  place: fc.constantFrom(null, ...PLACES.map(({ path }) => path)), topic: fc.constantFrom(null, ...TOPICS.slice(1).map(({ path }) => path)),
}).map(rule)
const anyQuestion = fc.record({
  place: fc.nat(5), topic: fc.nat(3), refused: fc.subarray([2, 3, 4, 5, 6]), unitId: fc.constantFrom(null, 2, 3, 77), exhausted: fc.boolean(),
  shares: fc.subarray([2, 3, 4, 5, 6, 99]),
}).map(({ place, topic, shares, ...designation }) => question(place, topic, { designation, shares: shares.map((unitId, i) => ({ unitId, n: 9 - i, share: 1 / shares.length })) }))

test('there is always exactly one owner, which the steps name, whatever rules and refusals there are', () => {
  fc.assert(fc.property(fc.array(anyRule, { maxLength: 12 }), anyQuestion, (rules, asked) => {
    const route = router(rules).choose(asked)
    expect(UNITS.map(({ id }) => id)).toContain(route.leadUnitId)
    const won = route.considered.filter(({ outcome }) => outcome === 'won')
    expect(won.map(({ step }) => step)).toEqual([route.step])
    expect(new Set(route.considered.map(({ step }) => step))).toEqual(new Set(ROUTE_STEPS))
    expect(route.coUnitIds).not.toContain(route.leadUnitId)
    // Who refused leads only where a person said so, or as the desk itself.
    if (asked.designation!.refused.includes(route.leadUnitId)) expect(['designated', 'hotline_desk']).toContain(route.step)
  }), { seed: 20261123 })
})

test('the order in which rules stand in a file decides nothing', () => {
  fc.assert(fc.property(fc.uniqueArray(anyRule, { maxLength: 12, selector: ({ id }) => id }), anyQuestion, fc.infiniteStream(fc.nat()), (rules, asked, random) => {
    const shuffled = rules.map((one) => [random.next().value, one] as const).sort(([a], [b]) => a - b).map(([, one]) => one)
    expect(router(shuffled).choose(asked)).toEqual(router(rules).choose(asked))
  }), { seed: 20261124 })
})

test('a rule of another place, another topic or another time changes nothing', () => {
  fc.assert(fc.property(fc.array(anyRule, { maxLength: 8 }), anyQuestion, (rules, asked) => {
    const before = router(rules).choose(asked)
    const strangers = [rule({ id: 'x', place: 'City›Elsewhere', unit: 'Trade' }), rule({ id: 'y', topic: 'Trees', unit: 'Trade' }), rule({ id: 'z', unit: 'Trade', effectiveUntil: '2026-01-01' })]
    expect(router([...rules, ...strangers]).choose(asked)).toEqual(before)
  }), { seed: 20261125 })
})
