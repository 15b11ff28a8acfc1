import { beforeAll, expect, test } from 'vitest'
import { readTicketFacts } from '../../sql/alert-facts.ts'
import type { TicketFactsRow } from '../../sql/alert-facts.ts'
import { useDatabase } from '../support/database.ts'
import { addPlace, addTickets, addTopic } from '../support/tickets.ts'

const db = useDatabase()
const LISTS = [{ id: 'threat', words: ['扬言', 'suicide'] }, { id: 'danger', words: ['爆炸'] }]
const facts = async (night: string): Promise<TicketFactsRow> => (await readTicketFacts(db(), ['a1'], night, LISTS)).get('a1')!

beforeAll(async () => {
  const place = await addPlace(db(), 'City›North›Mill')
  const leak = await addTopic(db(), 'Water›Leak')
  await addTopic(db(), 'Noise›Night')
  const mill = { place: 'City›North›Mill', topic: 'Water›Leak' }
  await addTickets(db(), [
    // Closed before the caller came again; of another place, another family, another caller, or closed later: no repeat.
    { no: 'r0', at: '2024-03-01 10:00:00', ...mill, caller: 'ann', closed: '2024-03-05 10:00:00' },
    { no: 'r1', at: '2024-04-08 10:00:00', place: mill.place, topic: 'Water›Pressure', caller: 'ann' },
    { no: 'o0', at: '2024-03-01 10:00:00', place: 'City›North›Park', topic: 'Water›Leak', caller: 'bob', closed: '2024-03-05 10:00:00' },
    { no: 'o1', at: '2024-04-08 10:00:00', ...mill, caller: 'bob' },
    { no: 'f0', at: '2024-03-01 10:00:00', place: mill.place, topic: 'Noise›Night', caller: 'cid', closed: '2024-03-05 10:00:00' },
    { no: 'f1', at: '2024-04-08 10:00:00', ...mill, caller: 'cid', closed: '2024-04-12 10:00:00' },
    { no: 'l0', at: '2024-04-01 10:00:00', ...mill, caller: 'dan', closed: '2024-04-09 10:00:00' },
    { no: 'l1', at: '2024-04-08 10:00:00', ...mill, caller: 'dan' },
    { no: 'w1', at: '2024-04-09 10:00:00', ...mill, caller: 'eve', closed: '2024-04-11 10:00:00' },
    { no: 'w2', at: '2024-04-09 11:00:00', ...mill, caller: 'eve' },
    { no: 'w3', at: '2024-04-09 12:00:00', ...mill },
    { no: 'old', at: '2024-03-10 12:00:00', ...mill, caller: 'fay' },
    { no: 'late', at: '2024-04-09 13:00:00', ...mill, caller: 'gus', known: '2024-04-10' },
  ])
  await db().query(`update tickets set recorded_assumed = true`)
  await db().query(`update tickets set content = '扬言要跳楼' where ticket_no in ('w1', 'w2', 'old')`)
  await db().query(`update tickets set title = 'SUICIDE note' where ticket_no in ('w3', 'late')`)
  await db().query(`update tickets set return_count = 2 where ticket_no = 'w1'`)
  await db().query(`update tickets set return_count = 3 where ticket_no = 'f1'`)
  await db().query(
    `insert into alerts (id, kind, level, status, place_id, topic_id, family_id, first_night, last_night) values ('a1', 'emerging', 'blue', 'open', $1, $2, $2, '2024-04-09', '2024-04-12')`, [place, leak])
  await db().query(
    `insert into alert_tickets (alert_id, source_id, ticket_no, first_night)
     select 'a1', source_id, ticket_no, '2024-04-09' from tickets where ticket_no in ('r1', 'o1', 'f1', 'l1', 'w1', 'w2', 'w3', 'old', 'late')`)
})

test('a repeat is of one caller, place and family, after the first was closed', async () => {
  expect((await facts('2024-04-09')).repeatsAfterClosure).toBe(1)
})

test('returns are believed once the ticket is closed, or where they were recorded by then', async () => {
  expect((await facts('2024-04-10')).returns).toBe(0)
  expect((await facts('2024-04-11')).returns).toBe(2)
  expect((await facts('2024-04-12')).returns).toBe(3)
  await db().query(`update tickets set recorded_assumed = false where ticket_no = 'f1'`)
  expect((await facts('2024-04-09')).returns).toBe(3)
})

test('words are counted by callers of the last 30 days, as known on the night', async () => {
  // eve twice is one caller, a ticket without caller is one, the one of 10 March is too old.
  expect((await facts('2024-04-09')).words).toEqual({ threat: 2 })
  expect((await facts('2024-04-10')).words).toEqual({ threat: 3 })
  expect((await facts('2024-05-12')).words).toEqual({})
})

test('a later state of a ticket is not known before', async () => {
  await addTickets(db(), [{ no: 'w3', at: '2024-04-09 12:00:00', place: 'City›North›Mill', topic: 'Water›Leak', known: '2024-04-20' }])
  await db().query(`update tickets set content = '爆炸' where ticket_no = 'w3'`)
  expect((await facts('2024-04-19')).words).toEqual({ threat: 3 })
  expect((await facts('2024-04-20')).words).toEqual({ threat: 2, danger: 1 })
})
