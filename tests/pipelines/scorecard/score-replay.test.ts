/**
 * A small city whose nights are written by hand: who was told when, how early, how often, and by mistake.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { formatDay, parseDay } from '../../../core/days.ts'
import { BadInputError } from '../../../core/errors.ts'
import { countDirtyDays } from '../../../pipelines/count.ts'
import { scoreReplay } from '../../../pipelines/scorecard/score-replay.ts'
import type { Score } from '../../../pipelines/scorecard/score-replay.ts'
import { useDatabase } from '../../support/database.ts'
import { addTickets } from '../../support/tickets.ts'
import type { TicketSpec } from '../../support/tickets.ts'

const db = useDatabase()
const directory = mkdtempSync(join(tmpdir(), 'weisu-score-'))
const labelsPath = join(directory, 'labels.json')
const FIRST = parseDay('2026-03-02') // a Monday
const NIGHTS = 28
const night = (n: number): string => formatDay(FIRST + n)

interface Told { night: number, level: string, days?: number, observed: number, expected?: number, budget?: boolean, recurrence?: number }

/** Tickets of one caller each at a place, one a day from day `from` on. */
function stream(prefix: string, place: string, from: number, count: number, topic = 'Water›Supply'): TicketSpec[] {
  return Array.from({ length: count }, (_, i) => ({ no: `${prefix}-${i}`, at: `${night(from + i)} 10:00:00`, place, topic, caller: `${prefix}-${i}`, unit: 'Water bureau' }))
}

async function addAlert(id: string, place: string, tickets: readonly TicketSpec[], told: readonly Told[], unit = 'Water bureau'): Promise<void> {
  const cell = `(select id from places where path = '${place}'), (select id from topics where path = 'Water›Supply')`
  await db().query(
    `insert into alerts (id, kind, level, status, place_id, topic_id, family_id, first_night, last_night, lead_unit_id)
     values ($1, 'emerging', 'blue', 'open', ${cell}, (select family_id from topics where path = 'Water›Supply'), $2, $2, (select id from units where name = $3))`,
    [id, night(told[0]!.night), unit])
  for (const one of told) {
    await db().query(
      `insert into alert_nights (alert_id, night, level, place_id, topic_id, tickets, callers, observed, expected, upper, window_days, log10_p, recurrence_days, rank, within_budget, why)
       values ($1, $2, $3, ${cell}, 1, 1, $4, $5, 0, $6, -3, $7, 1, $8, '{"rule":"hand"}')`,
      [id, night(one.night), one.level, one.observed, one.expected ?? 0, one.days ?? 14, one.recurrence ?? 100, one.budget ?? true])
    await db().query(
      `insert into alert_tickets (alert_id, source_id, ticket_no, first_night)
       select $1, source_id, ticket_no, $2 from tickets where ticket_no = any ($3) and known_on <= $2 on conflict do nothing`,
      [id, night(one.night), tickets.map((ticket) => ticket.no)])
  }
}

const label = (id: string, wanted: boolean, tickets: readonly TicketSpec[], extra: object = {}): object => ({
  id, kind: id.replace(/-.*/, ''), should_alert: wanted, from: tickets[0]!.at.slice(0, 10), until: formatDay(parseDay(tickets.at(-1)!.at.slice(0, 10)) + 1),
  places: [tickets[0]!.place.split('›')], topics: [['Water', 'Supply']], ticket_nos: tickets.map((ticket) => ticket.no), ...extra,
})

/** 22 tickets, a day apart, from the third day on: callers 5 and 20 are known on nights 6 and 21. */
const early = stream('early', 'City›North›Mill', 2, 22)
const late = stream('late', 'City›South›Dock', 2, 22)
const missed = stream('missed', 'City›East›Yard', 2, 21)
const small = stream('small', 'City›East›Hill', 5, 4)
const before = stream('before', 'City›West›Gate', -3, 20)
const campaign = stream('campaign', 'City›West›Park', 4, 10).map((ticket) => ({ ...ticket, caller: 'one' }))
const noise = stream('noise', 'City›West›Lake', 0, 6)
/** Without numbers: place, topic and days say which tickets are its own. */
const unnumbered = stream('unnumbered', 'City›East›Mall', 3, 6)

/** Nobody labelled it: a hole in a road that 24 people call about after a quiet half year; the city's count has a caller more. */
const hole = stream('hole', 'City›North›Ring', 1, 24, 'Road›Hole')
const longAgo = [...stream('old', 'City›North›Ring', -150, 1, 'Road›Hole'), ...stream('else', 'City›South›Dock', 9, 1, 'Road›Hole')]

let score: Score
beforeAll(async () => {
  await addTickets(db(), [...early, ...late, ...missed, ...small, ...before, ...campaign, ...noise, ...unnumbered, ...hole, ...longAgo, ...stream('other', 'City›East›Yard', 0, 1).map((one) => ({ ...one, unit: 'Idle bureau' }))])
  await countDirtyDays(db())
  for (let n = 0; n < NIGHTS; n++) {
    await db().query(`insert into runs (night, status, code_version, config_hash) values ($1, 'succeeded', '', '')`, [night(n)])
    await db().query(`insert into night_coverage (night, place_depth, topic_depth, verdict, reason, series) values ($1, 2, 1, 'normal', '', 9), ($1, 2, 1, 'cannot tell', 'no_history', 1)`, [night(n)])
  }
  // Blue on night 4 with three callers, yellow from night 6 on with the fifth: in time, and in time above blue.
  await addAlert('a-early', 'City›North›Mill', early, [{ night: 4, level: 'blue', observed: 3 }, { night: 6, level: 'yellow', observed: 5 }, { night: 8, level: 'yellow', observed: 7 }])
  // Another alert of the same episode, once foremost for want of the first.
  await addAlert('a-early-2', 'City›North', early, [{ night: 9, level: 'blue', observed: 8 }])
  // A signal before the fifth caller that is not about it: two of its tickets among twelve that are all too many.
  await addAlert('a-late', 'City›South›Dock', late, [{ night: 3, level: 'yellow', observed: 12 }, { night: 10, level: 'red', observed: 9, budget: false }])
  await addAlert('a-small', 'City›East›Hill', small, [{ night: 8, level: 'blue', observed: 4 }])
  await addAlert('a-campaign', 'City›West›Park', campaign, [{ night: 9, level: 'yellow', observed: 4 }])
  await addAlert('a-noise', 'City›West›Lake', noise, [{ night: 3, level: 'yellow', observed: 4 }, { night: 12, level: 'orange', observed: 6 }])
  await addAlert('a-mall', 'City›East›Mall', unnumbered, [{ night: 6, level: 'blue', observed: 4 }])
  const signal = async (n: number, place: string, callers: number, recurrence: number): Promise<void> => void await db().query(
    `insert into signals (night, place_id, topic_id, detector, verdict, window_days, observed, expected, upper, log10_p, recurrence_days, callers)
     values ($1, (select id from places where path = $2), (select id from topics where path = 'Water›Supply'), 'hand', 'watch', 7, $3, 0.5, 3, -2, $4, $3)`,
    [night(n), place, callers, recurrence])
  // Of the missed one the district stood out on night 5; what came after the fifth caller, on night 6, does not count; nor do other branches.
  for (const [n, place, callers, recurrence] of [[4, 'City›East›Yard', 3, 20], [5, 'City›East', 4, 40], [8, 'City›East›Yard', 9, 900], [5, 'City›West', 9, 500]] as const) await signal(n, place, callers, recurrence)
  writeFileSync(labelsPath, [
    label('early-1', true, early), label('late-1', true, late), label('missed-1', true, missed), label('small-1', true, small), label('before-1', true, before),
    label('campaign-1', false, campaign), label('mall-1', true, unnumbered, { ticket_nos: [] }),
  ].map((one) => JSON.stringify(one)).join('\n'))
  score = await scoreReplay(db(), { labels: labelsPath, quietNights: 14 })
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const surge = (id: string): Score['card']['surges'][number] => score.card.surges.find((one) => one.id === id)!

test('the headline figures are those counted by hand', () => {
  const { card } = score
  expect(card).toMatchObject({ from: night(0), until: night(27), nights: 28, episodes_from: 'labels' })
  // Three clusters of 20 and more began in the range; one was told by its fifth caller, one later, one never.
  expect(card.of).toMatchObject({ clusters: 3, clusters_in_time: 1, clusters_found: 2, began_before: 1, fifth_after: 0, no_tickets: 0 })
  expect(card.share_alerted_by_5th_caller).toBeCloseTo(1 / 3, 12)
  // 21 − 4 = 17 and 21 − 10 = 11 days before, and never: the median is 11.
  expect(card.median_lead_days_before_20th).toBe(11)
  expect(card.forbidden_alerts).toBe(1)
  expect(card.forbidden).toEqual([{ alert_id: 'a-campaign', episodes: ['campaign-1'] }])
  // Noise and the campaign.
  expect(card.of.false_alerts).toBe(2)
  // Family Water at 8 compounds, 4 quarters, the city; family Road at 2 compounds, 2 quarters, the city.
  expect(card.of.streams).toBe(18)
  expect(card.false_alerts_per_stream_year).toBeCloseTo(2 / (18 * 28 / 365.2425), 12)
  expect(card.small_events).toEqual({ episodes: 1, found: 1, in_time: 1, sensitivity: 1 })
  expect(card.coverage).toMatchObject({ series_nights: 280, judged: 252, share_judged: 0.9 })
})

test('an episode tells its tickets, callers and leads at its first alert', () => {
  expect(surge('early-1')).toMatchObject({
    found: true, in_time: true, in_time_above_blue: true, in_time_sent: true, alert_id: 'a-early', first_alert: night(4), ticket_number: 3, caller_number: 3,
    fifth_caller: night(6), twentieth_ticket: night(21), lead_10: 7, lead_20: 17, lead_50: null, level: 'blue', tickets: 22, callers: 22,
  })
  expect(surge('late-1')).toMatchObject({ found: true, in_time: false, first_alert: night(10), caller_number: 9, lead_20: 11 })
  expect(surge('missed-1')).toMatchObject({ found: false, in_time: false, first_alert: null, lead_20: null, caller_number: null })
  expect(surge('missed-1').strongest_signal).toEqual({ night: night(5), place: ['City', 'East'], topic: ['Water', 'Supply'], verdict: 'watch', callers: 4, expected: 0.5, window_days: 7, recurrence_days: 40 })
  expect(surge('early-1').strongest_signal).toBeNull()
  expect(surge('before-1').unjudged).toBe('began_before')
})

test('an episode without ticket numbers has all tickets of its place, topic and days', () => {
  expect(surge('mall-1')).toMatchObject({ tickets: 6, found: true, alert_id: 'a-mall', in_time: true })
})

test('lineage is by night, its splits by episode', () => {
  expect(surge('early-1')).toMatchObject({ lineage_nights: 4, lineage_agreeing: 3, alerts: 2 })
  expect(score.card.lineage).toMatchObject({ nights: 7, agreeing: 6, split_episodes: 1, merged_alerts: 0 })
})

test('a unit is charged once a week for what was opened above blue or rose, and zero weeks count', () => {
  // Above blue: early in week 1; late in weeks 1 and 2; campaign in 2; noise in 1 and 2. The idle bureau has four zeros.
  const { above_blue, sent, opened } = score.card.units
  expect(above_blue).toMatchObject({ units: 2, weeks: 4, mean: 6 / 8, max: 3, p95: 3, unitsWithAlerts: 1 })
  // The budget held back what late rose to in week 2.
  expect(sent).toMatchObject({ mean: 5 / 8, max: 3 })
  expect(opened.mean).toBe(7 / 8)
})

test('precision has its alerts by highest level', () => {
  expect(score.card.precision.level).toEqual([
    { name: 'blue', alerts: 3, true: 3, precision: 1 }, { name: 'orange', alerts: 1, true: 0, precision: 0 },
    { name: 'red', alerts: 1, true: 1, precision: 1 }, { name: 'yellow', alerts: 2, true: 1, precision: 0.5 },
  ])
  expect(score.card.alerts).toMatchObject({ opened: 7, true: 5, false: 1, forbidden: 1, above_blue: 4, false_above_blue: 2, earlier: 0 })
})

test('a later range leaves out what began before it, and alerts that were open', async () => {
  const { card } = await scoreReplay(db(), { labels: labelsPath, from: night(7), quietNights: 14 })
  expect(card.of).toMatchObject({ clusters: 0, began_before: 6, no_tickets: 0 })
  expect(card.share_alerted_by_5th_caller).toBeNull()
  expect(card.alerts).toMatchObject({ opened: 3, earlier: 3 })
})

test('a range without nights and bad labels are refused by name', async () => {
  await expect(scoreReplay(db(), { from: '2020-01-01', until: '2020-01-31', quietNights: 14 })).rejects.toMatchObject({ code: 'no_scored_night' })
  const bad = join(directory, 'bad.json')
  const refuse = async (line: string): Promise<unknown> => {
    writeFileSync(bad, `\n${line}\n`)
    return scoreReplay(db(), { labels: bad, quietNights: 14 }).catch((error: unknown) => error)
  }
  const good = { id: 'x', kind: '', should_alert: true, from: '2026-03-02', until: '2026-03-03', places: [['City']], topics: [['Water']], ticket_nos: [] }
  expect(await refuse('{')).toMatchObject({ code: 'bad_labels', details: { line: 2, what: 'it is no JSON' } })
  expect(await refuse(JSON.stringify({ ...good, should_alert: 'yes' }))).toMatchObject({ details: { what: 'should_alert is not true or false' } })
  expect(await refuse(JSON.stringify({ ...good, until: '2026-03-02' }))).toMatchObject({ details: { what: 'until is not after from' } })
  expect(await refuse(JSON.stringify({ ...good, places: [] }))).toMatchObject({ details: { what: 'it has neither ticket_nos nor places and topics' } })
  expect(await refuse(`${JSON.stringify(good)}\n${JSON.stringify(good)}`)).toMatchObject({ details: { line: 3, what: 'the id x comes twice' } })
  expect(await scoreReplay(db(), { labels: join(directory, 'none'), quietNights: 14 }).catch((error: unknown) => error)).toBeInstanceOf(BadInputError)
})

test('tickets and verdicts of later nights change nothing of what earlier nights had told', async () => {
  const until = night(12)
  const then = await scoreReplay(db(), { labels: labelsPath, until, quietNights: 14 })
  const now = score.card.surges.filter((one) => one.first_alert !== null)
  for (const one of now) expect(then.card.surges.find(({ id }) => id === one.id)).toMatchObject({ first_alert: one.first_alert, caller_number: one.caller_number, in_time: one.in_time })
})

test('without labels a surge is what the rule says, at its own place and with its own tickets', async () => {
  const { card } = await scoreReplay(db(), { quietNights: 14 })
  expect(card.episodes_from).toBe('rule')
  expect(card.surges.map(({ id, kind, place, topic, from, tickets, found }) => [id, kind, place.join(), topic.join(), from, tickets, found])).toEqual([
    // With the caller who was there before.
    ['surge-001', 'street', 'City,East,Yard', 'Water', night(0), 22, false],
    ['surge-002', 'street', 'City,North,Ring', 'Road', night(1), 24, false],
    ['surge-003', 'street', 'City,North,Mill', 'Water', night(2), 22, true],
    ['surge-004', 'street', 'City,South,Dock', 'Water', night(2), 22, true],
  ])
  expect(card.of).toMatchObject({ clusters: 4, clusters_found: 2, clusters_in_time: 1 })
})

test('references get as many alerts, see the same nights and are judged by the same episodes', async () => {
  const request = { labels: labelsPath, references: ['three_in_seven', 'permutation_scan', 'ears_c2'] as const, quietNights: 14 }
  const { card } = await scoreReplay(db(), { ...request, threads: 1 })
  const { own, own_curve, rules, alerts } = card.references!
  expect(alerts).toBe(card.alerts.opened)
  // 17 and 11 days of three clusters.
  expect(own).toMatchObject({ alerts: 7, forbidden: 1, mean_days_gained: 28 / 3, share_found: 2 / 3, share_in_time: 1 / 3, median_lead_days: 11 })
  // All recurrence intervals are the same: one threshold.
  expect(own_curve.map((point) => point.alerts)).toEqual([7, 7])
  expect(rules.map((rule) => rule.name)).toEqual(['three_in_seven', 'permutation_scan', 'ears_c2'])
  const [three] = rules
  // Three callers in seven days at every compound: three clusters on night 4, and everything else that had a caller a day.
  const all = three!.curve.at(-1)!
  expect(all).toMatchObject({ threshold: 3, share_found: 1, share_in_time: 1, forbidden: 1 })
  // The yard had a caller before: there it is three a night earlier.
  expect(all.mean_days_gained).toBeCloseTo((17 + 17 + 18) / 3, 12)
  for (const rule of rules) {
    expect(rule.at_equal_alerts!.alerts).toBeLessThanOrEqual(alerts)
    for (const [i, point] of rule.curve.entries()) if (i > 0) expect(point.threshold).toBeLessThan(rule.curve[i - 1]!.threshold)
  }
  expect(three!.first_alerts['early-1']! >= night(4)).toBe(true)
  expect(Object.keys(three!.first_alerts)).not.toContain('campaign-1')
  const threaded = await scoreReplay(db(), { ...request, threads: 2 })
  const withoutTime = (of: typeof card): unknown => ({ ...of, references: of.references!.rules.map((rule) => ({ ...rule, cpu_seconds: 0 })) })
  expect(withoutTime(threaded.card)).toEqual(withoutTime(card))
})
