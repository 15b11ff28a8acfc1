/** What the page of an alert reads at once: its tickets, its neighbours, the names of its places. */
import { beforeAll, expect, test } from 'vitest'
import { readNeighboursOf, readNightEvents, readTicketFacts } from '../../sql/inbox-alert.ts'
import { readAlertPlaces } from '../../sql/routing.ts'
import { addAlert } from '../support/alerts.ts'
import { useDatabase } from '../support/database.ts'
import { addPlace, addTickets } from '../support/tickets.ts'

const db = useDatabase()

beforeAll(async () => {
  await addAlert(db(), { id: 'mill', place: 'City›North›Mill', topic: 'Heat' })
  await addTickets(db(), [
    ...['a', 'a', 'b', 'c', 'd'].map((caller, i) => ({ no: `t${i}`, at: `2024-09-01 0${i}:00:00`, place: i < 4 ? 'City›North›Mill›Gate' : 'City›North›Mill›Tower', topic: 'Heat', caller, channel: i === 0 ? 'app' : 'phone', content: `said ${i}` })),
    { no: 'secret', at: '2024-09-01 06:00:00', place: 'City›North›Mill›Gate', topic: 'Heat', caller: 'e', channel: 'phone', content: 'said in secret' },
    { no: 'wrong', at: '2024-09-01 07:00:00', place: 'City›North›Mill›Gate', topic: 'Heat', caller: 'f', channel: 'phone', content: 'said of somebody' },
    { no: 'nobody', at: '2024-09-01 08:00:00', place: 'City›North›Mill›Gate', topic: 'Heat', channel: 'phone', content: 'said by nobody' },
    { no: 'sweep', at: '2024-09-01 09:00:00', place: 'City›North›Mill›Gate', topic: 'Heat', caller: 'g', channel: 'staff', content: 'said by staff' },
  ])
  await db().query(`update tickets set is_secret = true where ticket_no = 'secret'; update tickets set appeal_type = '举报' where ticket_no = 'wrong'; update tickets set sweep = 'bulk' where ticket_no = 'sweep';
    update tickets set lng = 121.4, lat = 31.2 where ticket_no <> 't4'; update tickets set caller_key = null where ticket_no = 'nobody'; update tickets set is_repeat = true where ticket_no = 't1'`)
  await db().query(`insert into alert_tickets (alert_id, source_id, ticket_no, first_night) select 'mill', source_id, ticket_no, case when ticket_no = 't0' then '2024-08-31' else '2024-09-01' end::date from tickets`)
})

test('tickets are counted, placed and quoted by the rules of each part', async () => {
  const facts = await readTicketFacts(db(), 'mill', 3, 6)
  expect(facts.callers).toEqual({ tickets: 8, callers: 7, anonymous: 1, repeats: 1, top: 2, many: 1, channels: [{ name: 'phone', tickets: 7 }, { name: 'app', tickets: 1 }] })
  expect(facts.cells).toEqual([{ lng: 121.4, lat: 31.2, tickets: 7, callers: 6, first: '2024-08-31' }])
  // The tower has one caller: it is counted with what is not named.
  expect(facts.places).toEqual([{ place: 'City›North›Mill›Gate', tickets: 7, callers: 6, first: '2024-08-31' }, { place: null, tickets: 1, callers: null, first: '2024-09-01' }])
  expect(facts.samples).toEqual(['said 0', 'said 2', 'said 3', 'said 4', 'said by nobody'].map((content, i) => ({ day: '2024-09-01', title: null, content, channel: i === 0 ? 'app' : 'phone' })))
  expect(facts.numbers).toEqual(['t0', 't1', 't2', 't3', 't4', 'wrong', 'nobody', 'sweep'])
})

test('of many texts some are quoted, from the first to the last; of too few callers none', async () => {
  expect((await readTicketFacts(db(), 'mill', 3, 3)).samples.map(({ content }) => content)).toEqual(['said 0', 'said 3', 'said by nobody'])
  const hidden = await readTicketFacts(db(), 'mill', 8, 6)
  expect([hidden.samples, hidden.cells, hidden.places.map(({ place }) => place)]).toEqual([[], [], [null]])
  expect(await readTicketFacts(db(), 'nothing', 3, 6)).toMatchObject({ callers: { tickets: 0, callers: 0, channels: [] }, cells: [], places: [], samples: [], numbers: [] })
})

test('neighbours are open alerts of the family in the district, or of the very place', async () => {
  await addAlert(db(), { id: 'near', place: 'City›North›Lake', topic: 'Heat' })
  await addAlert(db(), { id: 'above', place: 'City', topic: 'Heat' })
  await addAlert(db(), { id: 'same', place: 'City›North›Mill', topic: 'Noise' })
  await addAlert(db(), { id: 'far', place: 'City›South›Port', topic: 'Heat' })
  await addAlert(db(), { id: 'other', place: 'City›North›Lake', topic: 'Noise' })
  await addAlert(db(), { id: 'over', place: 'City›North›Lake', topic: 'Heat' })
  await db().query(`update alerts set status = 'ended', ended_on = '2024-09-10' where id = 'over'`)
  expect((await readNeighboursOf(db(), 'mill')).map(({ id }) => id)).toEqual(['same', 'above', 'near'])
})

test('places of an alert are those of its last night that has any, with names from the city down', async () => {
  const place = await addPlace(db(), 'City›North›Mill›Gate')
  await db().query(`insert into alert_nights select (json_populate_record(n, '{"night": "2024-09-02"}')).* from alert_nights n where alert_id = 'mill'`)
  for (const [night, callers] of [['2024-09-01', 9], ['2024-09-02', 4]] as const) await db().query('insert into alert_places (alert_id, night, place_id, callers, usual) values ($1, $2, $3, $4, 0.5)', ['mill', night, place, callers])
  expect(await readAlertPlaces(db(), 'mill')).toEqual([{ night: '2024-09-02', placeId: place, callers: 4, usual: 0.5, childId: null, names: ['City', 'North', 'Mill', 'Gate'] }])
  expect(await readNightEvents(db(), 'mill')).toEqual([{ night: '2024-09-01', kind: 'opened', before: null, after: 'yellow' }])
})
