import { expect, test } from 'vitest'
import type { ReportFacts } from '../../../pipelines/report/facts.ts'
import { spotsOf } from '../../../pipelines/report/map-drawing.ts'

test('an alert stands at its place’s centre; the mean of tickets, which may be a door, is moved to the grid', () => {
  const at = (id: string, lng: number | null, lat: number | null, fromTickets: boolean): object => ({ id, place: ['City', id], lng, lat, centre_from_tickets: fromTickets })
  const facts = {
    alerts: [at('registry', 117.1012, 36.6049, false), at('tickets', 117.1012, 36.6049, true), at('unlocated', null, null, false), at('lost', null, null, false), { ...at('city', 117, 36, false), place: ['City'] }],
    points: new Map([['unlocated', { alert_id: 'unlocated', lng: 117.2012, lat: 36.7049 }], ['tickets', { alert_id: 'tickets', lng: 0.3, lat: 0.3 }]]),
  } as unknown as ReportFacts
  expect(spotsOf(facts).map(({ alert, lng, lat }) => [alert.id, lng.toFixed(4), lat.toFixed(4)])).toEqual([
    ['registry', '117.1012', '36.6049'], ['tickets', '117.1000', '36.6050'], ['unlocated', '117.2000', '36.7050'],
  ])
})
