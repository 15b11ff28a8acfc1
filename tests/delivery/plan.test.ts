import fc from 'fast-check'
import { expect, test } from 'vitest'
import { planDeliveries } from '../../jobs/delivery/plan.ts'
import type { NewDelivery, UnroutedNotice } from '../../sql/deliveries.ts'
import type { Subscription } from '../../sql/subscriptions.ts'

const NOW = Date.parse('2026-11-23T01:00:00Z')
const CONTEXT = { now: NOW, hotlineUnit: 'Hotline' }

function notice(given: Partial<UnroutedNotice> = {}): UnroutedNotice {
  return {
    id: 'n1', alertId: 'a1', night: '2026-11-22', reason: 'opened', unit: 'Water', channel: 'file', level: 'yellow', kind: 'emerging',
    place: 'City›North›Willow', topic: 'Utilities›Water', tried: [], ...given,
  }
}

function subscription(given: Partial<Subscription> = {}): Subscription {
  return {
    id: 's1', channel: 'webhook', target: 'https://hook.example', secretRef: null, format: 'standard', units: [], places: [], topics: [], kinds: [], minLevel: 'blue',
    slots: [], emptyDigest: true, quietFrom: null, quietUntil: null, urgentLevel: 'red', timeZone: 'UTC', locale: 'en', status: 'active', statusReason: '',
    createdAt: new Date(0), failures: 0, holdUntil: null, isHeld: false, ...given,
  }
}

const plan = (notices: UnroutedNotice[], ...subscriptions: Subscription[]): NewDelivery[] => planDeliveries(notices, subscriptions, CONTEXT)
const goesTo = (given: Partial<UnroutedNotice>, wants: Partial<Subscription>): boolean => plan([notice(given)], subscription(wants))[0]!.subscription_id !== null

test('a subscription gets what it asks for and nothing else', () => {
  expect(goesTo({}, {})).toBe(true)
  expect([goesTo({}, { units: ['Water'] }), goesTo({}, { units: ['Street'] }), goesTo({ unit: null }, { units: ['Water'] })]).toEqual([true, false, false])
  expect([goesTo({}, { places: ['City›North'] }), goesTo({}, { places: ['City›Nor'] }), goesTo({}, { places: ['City›North›Willow›Yard'] })]).toEqual([true, false, false])
  expect([goesTo({}, { topics: ['Utilities'] }), goesTo({}, { topics: ['Noise'] })]).toEqual([true, false])
  expect([goesTo({}, { kinds: ['emerging', 'common'] }), goesTo({}, { kinds: ['seasonal'] })]).toEqual([true, false])
  expect([goesTo({}, { minLevel: 'yellow' }), goesTo({}, { minLevel: 'orange' })]).toEqual([true, false])
})

test('what nobody asks for goes to the hotline, marked with the unit; without one, to the files', () => {
  expect(plan([notice()], subscription({ id: 'h', units: ['Hotline'] }), subscription({ id: 's', units: ['Street'] }))).toMatchObject([
    { subscription_id: 'h', unreached_unit: 'Water' },
  ])
  expect(plan([notice()], subscription({ units: ['Street'] }))).toMatchObject([{ subscription_id: null, channel: 'file', unreached_unit: 'Water' }])
})

test('what was tried in vain goes to the hotline, but not where it was tried', () => {
  const own = subscription({ id: 'w', units: ['Water'] })
  const hotline = subscription({ id: 'h', units: ['Hotline'] })
  expect(plan([notice({ tried: ['w'] })], own, hotline)).toMatchObject([{ subscription_id: 'h', unreached_unit: 'Water' }])
  expect(plan([notice({ tried: ['w', 'h'] })], own, hotline)).toMatchObject([{ subscription_id: null, channel: 'file' }])
})

test('slots and quiet hours hold back, urgent levels pass', () => {
  const digest = subscription({ slots: ['08:00', '17:00'] })
  expect(plan([notice()], digest)).toMatchObject([{ bundle_kind: 'digest', slot_at: Date.parse('2026-11-23T08:00:00Z'), next_at: Date.parse('2026-11-23T08:00:00Z') }])
  expect(plan([notice({ level: 'red' })], digest)).toMatchObject([{ bundle_kind: 'alert', slot_at: null, next_at: null }])
  const quiet = subscription({ quietFrom: '22:00', quietUntil: '07:00' })
  expect(plan([notice()], quiet)).toMatchObject([{ slot_at: null, next_at: Date.parse('2026-11-23T07:00:00Z') }])
  expect(plan([notice({ level: 'orange' })], { ...quiet, urgentLevel: 'orange' })).toMatchObject([{ next_at: null }])
  expect(planDeliveries([notice()], [quiet], { ...CONTEXT, now: Date.parse('2026-11-23T12:00:00Z') })).toMatchObject([{ next_at: null }])
})

test('robots leave some seconds after the slot, each at its own', () => {
  const at = (id: string): number => (plan([notice()], subscription({ id, channel: 'feishu', slots: ['08:00'] }))[0]!.next_at! - Date.parse('2026-11-23T08:00:00Z')) / 1000
  const seconds = ['a', 'b', 'c', 'd', 'e', 'f'].map(at)
  for (const second of seconds) expect(second >= 5 && second <= 95).toBe(true)
  expect(new Set(seconds).size).toBeGreaterThan(3)
  expect(at('a')).toBe(seconds[0])
})

test('one event of an alert is one message, whatever the number of units; another notice of it is another', () => {
  const one = subscription()
  const both = plan([notice({ id: 'n1' }), notice({ id: 'n2', unit: 'Street' })], one)
  expect(new Set(both.map((row) => row.bundle)).size).toBe(1)
  // The same alert, night and reason, told later: with the id of the first message a receiver would drop it.
  const later = plan([notice({ id: 'n3' })], one)
  expect(later[0]!.bundle).not.toBe(both[0]!.bundle)
})

test('many at once are a summary by e-mail and for robots, single requests for a webhook', () => {
  const many = Array.from({ length: 6 }, (_, i) => notice({ id: `n${i}`, alertId: `a${i}` }))
  const messages = (channel: Subscription['channel'], notices: UnroutedNotice[]): number => new Set(plan(notices, subscription({ channel })).map((row) => row.bundle)).size
  expect([messages('email', many), messages('email', many.slice(0, 5)), messages('wecom', many), messages('wecom', many.slice(0, 1)), messages('webhook', many)]).toEqual([1, 5, 1, 1, 6])
})

test('every notice goes somewhere, once a subscription, in the same way each time', () => {
  const word = (...words: string[]) => fc.constantFrom(...words)
  const someNotice = fc.record({ unit: fc.option(word('Water', 'Street', 'Hotline')), level: word('blue', 'yellow', 'orange', 'red'), kind: word('emerging', 'common'), place: word('City', 'City›North', 'City›South'), alertId: word('a1', 'a2', 'a3') })
  const someSubscription = fc.record({
    units: fc.subarray(['Water', 'Street', 'Hotline']), places: fc.subarray(['City›North', 'City›South']), kinds: fc.subarray(['emerging', 'common']), minLevel: word('blue', 'orange'),
    slots: fc.subarray(['08:00', '17:00']), channel: fc.constantFrom<Subscription['channel']>('email', 'webhook', 'feishu'),
  })
  fc.assert(fc.property(fc.array(someNotice, { maxLength: 12 }), fc.array(someSubscription, { maxLength: 5 }), (givenNotices, givenSubscriptions) => {
    const notices = givenNotices.map((it, i) => notice({ ...it, id: `n${i}` }))
    const subscriptions = givenSubscriptions.map((it, i) => subscription({ ...it, id: `s${i}` }))
    const rows = plan(notices, ...subscriptions)
    expect(new Set(rows.map((row) => row.notice_id)).size).toBe(notices.length)
    expect(new Set(rows.map((row) => row.id)).size).toBe(rows.length)
    for (const bundle of Map.groupBy(rows, (row) => row.bundle).values()) {
      expect(new Set(bundle.map((row) => `${row.subscription_id} ${row.bundle_kind} ${row.next_at}`)).size).toBe(1)
    }
    expect(plan(notices, ...subscriptions)).toEqual(rows)
  }), { seed: 20260101, numRuns: 300 })
})
