import { beforeAll, expect, test } from 'vitest'
import { SETTINGS_DEFAULTS } from '../../core/config.ts'
import { explainAlert } from '../../pipelines/explanation.ts'
import { saveSignals } from '../../sql/signals.ts'
import type { SignalRow } from '../../sql/signals.ts'
import { useDatabase } from '../support/database.ts'
import { addPlace, addTopic } from '../support/tickets.ts'

const db = useDatabase()
const NIGHTS = ['2024-04-08', '2024-04-09', '2024-04-11']
const LAST = '2024-04-11'
const request = { locale: 'en', settings: SETTINGS_DEFAULTS } as const
/** No alert has had its final word: nothing is known, and the estimate is a coin's. */
const NONE = { of: 0, judged: 0, good: 0, share: null, low: 0, high: 1, estimate: 0.5 }
let mill: number
let park: number
let leak: number

beforeAll(async () => {
  mill = await addPlace(db(), 'City›North›Mill')
  park = await addPlace(db(), 'City›North›Park')
  leak = await addTopic(db(), 'Water›Leak')
  await db().query(`insert into alerts (id, kind, level, status, place_id, topic_id, family_id, first_night, last_night)
    values ('a1', 'emerging', 'blue', 'open', $1, $2, $3, $4, $5)`, [mill, leak, await addTopic(db(), 'Water'), NIGHTS[0], LAST])
  for (const [i, night] of NIGHTS.entries()) {
    await db().query(`insert into alert_nights (alert_id, night, level, place_id, topic_id, tickets, callers, observed, expected, upper, window_days, log10_p, recurrence_days, rank)
      values ('a1', $1, $2, $3, $4, 9, 9, $5, 1.25, 4, 5, -5, 200, 1)`, [night, i < 2 ? 'blue' : 'yellow', mill, leak, 5 + i])
  }
  // A weaker signal of the same place and topic, which was not made an alert.
  await saveSignals(db(), LAST, [signal('share_of_city', 3, 1), signal('neighbours', 7, 4.5)], [])
  await saveSignals(db(), NIGHTS[0]!, [signal('share_of_city', 5, 2)], [])
  await db().query(`insert into runs (night, status, code_version, config_hash) values ('2024-04-10', 'succeeded', '0', '')`)
})

function signal(detector: string, callers: number, score: number): SignalRow {
  return {
    placeId: mill, topicId: leak, detector, verdict: 'alert', windowDays: 5, observed: callers, expected: 1.25, upper: 4, log10P: -5.5, recurrenceDays: 200.5, callers,
    evidence: {
      score, surroundingRatio: 1.2, logOdds: 6.5, neighbours: [park],
      baseline: { days: 600, callers: 40, prior: 31.5, expected: 38.25, cv: 0.2, dispersion: 1.1, complete: 0.9 },
      windows: [{ days: 1, callers: 2, expected: 0.2, usual: 0.25 }, { days: 7, callers: 7, expected: 1.4, usual: 1.75 }],
      detectors: [{ name: detector, window_days: 5, observed: callers, expected: 1.25, upper: 4, log10_p: -5.5, verdict: 'alert' }],
      series: { from: LAST, observed: [2], expected: [0.2], upper: [2] },
      forecast: [{ horizon: 7, mean: 1.4, q10: 0, q90: 3, surge: 0.01 }],
    },
  }
}

test('an alert is explained by the signal of its last night, with every number under its name', async () => {
  expect(await explainAlert(db(), 'a1', request)).toEqual({
    id: 'a1', night: LAST, first_night: NIGHTS[0], kind: 'emerging', level: 'yellow', title: expect.stringContaining('Leak') as string,
    place: ['City', 'North', 'Mill'], neighbours: [['City', 'North', 'Park']], topic: ['Water', 'Leak'], level_rule: { id: '', version: 0, author: null, source: null, note: null, exception: null }, verdict: 'alert', detector: 'neighbours',
    window: { from: '2024-04-07', days: 5, callers: 7, expected: 1.25, upper: 4 },
    baseline: { days: 600, callers: 40, prior: 31.5, expected: 38.25, cv: 0.2, dispersion: 1.1, complete: 0.9 },
    surrounding_ratio: 1.2,
    windows: [{ days: 1, callers: 2, expected: 0.2, usual: 0.25 }, { days: 7, callers: 7, expected: 1.4, usual: 1.75 }],
    strength: { log_odds: 6.5, log10_p: -5.5, recurrence_days: 200.5, watch_days: 10, alert_days: 100 },
    detectors: [{ name: 'neighbours', window_days: 5, observed: 7, expected: 1.25, upper: 4, log10_p: -5.5, verdict: 'alert' }],
    events: [],
    forecast: [{ horizon_days: 7, mean: 1.4, q10: 0, q90: 3, surge: 0.01 }], outlook: [],
    groups: [],
    record: { rule: NONE, detector: NONE, level: NONE, family: NONE, unit: NONE },
    verdicts: [],
    nights: NIGHTS.map((night, i) => ({ night, level: i < 2 ? 'blue' : 'yellow', callers: 5 + i, expected: 1.25, window_days: 5, recurrence_days: 200 })),
  })
})

test('an earlier night is explained as it stood then', async () => {
  const { nights, level, detector, window } = await explainAlert(db(), 'a1', { ...request, night: NIGHTS[0] })
  expect([nights.map(({ night }) => night), level, detector, window.callers]).toEqual([[NIGHTS[0]], 'blue', 'share_of_city', 5])
})

test('known events over the place and topic are named, as far as the night knew of them and learns from their days', async () => {
  const event = (place: number, from: string, until: string, known: string): Promise<unknown> =>
    db().query('insert into known_events (place_id, topic_id, from_on, until_on, known_on, note) values ($1, 1, $2, $3, $4, $5)', [place, from, until, known, known])
  await event(await addPlace(db(), 'City›North'), '2024-02-01', '2024-02-04', LAST)
  await event(park, '2024-02-01', '2024-02-04', LAST)
  await event(mill, '2024-02-01', '2024-02-05', '2024-04-12')
  await event(mill, '2022-04-01', '2022-04-05', LAST)
  expect((await explainAlert(db(), 'a1', request)).events).toEqual([{ from: '2024-02-01', until: '2024-02-04', note: LAST }])
})

test('a night without a signal names those it had; one that has not run, and an alert that is not there, are other errors', async () => {
  const refusal = (id: string, night?: string): Promise<unknown> => explainAlert(db(), id, { ...request, night }).catch((error: unknown) => error)
  expect(await refusal('a1', '2024-04-10')).toMatchObject({ code: 'no_signal', details: { nights: ['2024-04-08–2024-04-09', '2024-04-11'] } })
  expect(await refusal('a1', '2024-04-12')).toMatchObject({ code: 'no_such_night' })
  expect(await refusal('nobody')).toMatchObject({ code: 'no_such_alert' })
})

test('a night that kept no evidence says so', async () => {
  await expect(explainAlert(db(), 'a1', { ...request, night: '2024-04-09' })).rejects.toMatchObject({ code: 'no_evidence' })
})
