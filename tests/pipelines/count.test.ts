import { expect, test } from 'vitest'
import { createRng } from '../../core/rng.ts'
import { countDirtyDays, recountAll } from '../../pipelines/count.ts'
import { resolveTickets } from '../../pipelines/resolve.ts'
import type { Db } from '../../sql/db.ts'
import { useDatabase } from '../support/database.ts'
import { addTickets } from '../support/tickets.ts'
import type { TicketSpec } from '../support/tickets.ts'

const db = useDatabase()

interface Cell { tickets: number, callers: number, repeats: number, dissatisfied: number, overdue: number }

async function cell(db: Db, place: string, topic: string, day: string, night = '9999-01-01'): Promise<Cell> {
  const { rows } = await db.query<{ tickets: number, callers: number, repeats: number, dissatisfied: number, overdue: number }>(
    `select coalesce(sum(tickets), 0)::int as tickets, coalesce(sum(callers), 0)::int as callers, coalesce(sum(repeats), 0)::int as repeats,
            coalesce(sum(dissatisfied), 0)::int as dissatisfied, coalesce(sum(overdue), 0)::int as overdue
     from daily_counts c join places p on p.id = c.place_id join topics o on o.id = c.topic_id
     where p.path = $1 and o.path = $2 and day = $3 and known_on <= $4`, [place, topic, day, night])
  return rows[0]!
}

test('a ticket counts at every place and topic above its own, a caller once in each', async () => {
  await addTickets(db(), [
    { no: 'a1', at: '2024-01-01 08:00:00', place: 'City›North›Mill', topic: 'Water›Leak', caller: 'ann' },
    { no: 'a2', at: '2024-01-01 09:00:00', place: 'City›North›Mill', topic: 'Water›Leak', caller: 'ann' },
    { no: 'a3', at: '2024-01-01 10:00:00', place: 'City›South', topic: 'Water›Dirty', caller: 'ann' },
    { no: 'a4', at: '2024-01-01 11:00:00', place: 'City›South', topic: 'Water›Dirty' },
    { no: 'a5', at: '2024-01-01 11:30:00', place: 'City›South', topic: 'Water›Dirty' },
  ])
  await countDirtyDays(db())
  expect(await cell(db(), 'City›North›Mill', 'Water›Leak', '2024-01-01')).toMatchObject({ tickets: 2, callers: 1 })
  expect(await cell(db(), 'City›South', 'Water', '2024-01-01')).toMatchObject({ tickets: 3, callers: 3 })
  expect(await cell(db(), 'City', 'Water', '2024-01-01')).toMatchObject({ tickets: 5, callers: 3 })
  expect(await cell(db(), 'City', '', '2024-01-01')).toMatchObject({ tickets: 5, callers: 3 })
})

test('a night sees what was recorded by it: late tickets, and changes of mind', async () => {
  await addTickets(db(), [
    { no: 'b1', at: '2024-02-01 08:00:00', place: 'City›North', topic: 'Heat', caller: 'bob' },
    { no: 'b2', at: '2024-02-01 09:00:00', place: 'City›North', topic: 'Heat', caller: 'bea', known: '2024-02-03' },
  ])
  await countDirtyDays(db())
  await addTickets(db(), [{ no: 'b1', at: '2024-02-01 08:00:00', place: 'City›South', topic: 'Heat', caller: 'bob', known: '2024-02-05' }])
  await countDirtyDays(db())
  expect(await cell(db(), 'City›North', 'Heat', '2024-02-01', '2024-02-01')).toMatchObject({ tickets: 1, callers: 1 })
  expect(await cell(db(), 'City›North', 'Heat', '2024-02-01', '2024-02-03')).toMatchObject({ tickets: 2, callers: 2 })
  expect(await cell(db(), 'City›North', 'Heat', '2024-02-01', '2024-02-05')).toMatchObject({ tickets: 1, callers: 1 })
  expect(await cell(db(), 'City›South', 'Heat', '2024-02-01', '2024-02-04')).toMatchObject({ tickets: 0, callers: 0 })
  expect(await cell(db(), 'City›South', 'Heat', '2024-02-01', '2024-02-05')).toMatchObject({ tickets: 1, callers: 1 })
  expect(await cell(db(), 'City', 'Heat', '2024-02-01', '2024-02-05')).toMatchObject({ tickets: 2, callers: 2 })
})

test('what became of a ticket is not known before it is closed', async () => {
  await addTickets(db(), [
    { no: 'c1', at: '2024-03-01 08:00:00', place: 'City›North', topic: 'Bus', csat: '不满意', closed: '2024-03-09 10:00:00', deadline: '2024-03-08 00:00:00' },
  ])
  await countDirtyDays(db())
  expect(await cell(db(), 'City', 'Bus', '2024-03-01', '2024-03-08')).toMatchObject({ tickets: 1, dissatisfied: 0, overdue: 0 })
  expect(await cell(db(), 'City', 'Bus', '2024-03-01', '2024-03-09')).toMatchObject({ tickets: 1, dissatisfied: 1, overdue: 1 })
})

test('a repeat is the same caller, place and family within 30 days, also when the earlier ticket comes late', async () => {
  await addTickets(db(), [
    { no: 'd2', at: '2024-04-20 08:00:00', place: 'City›North', topic: 'Noise›Night', caller: 'dan' },
    { no: 'd3', at: '2024-06-20 08:00:00', place: 'City›North', topic: 'Noise›Night', caller: 'dan' },
  ])
  await resolveTickets(db())
  await countDirtyDays(db())
  expect(await cell(db(), 'City', 'Noise', '2024-04-20')).toMatchObject({ tickets: 1, repeats: 0 })
  await addTickets(db(), [{ no: 'd1', at: '2024-04-01 08:00:00', place: 'City›North', topic: 'Noise›Day', caller: 'dan' }])
  await resolveTickets(db())
  await countDirtyDays(db())
  expect(await cell(db(), 'City', 'Noise', '2024-04-20')).toMatchObject({ tickets: 1, repeats: 1 })
  expect(await cell(db(), 'City', 'Noise', '2024-06-20')).toMatchObject({ tickets: 1, repeats: 0 })
})

test('a staff sweep is marked and left out of callers, a storm over several channels is not', async () => {
  const usual = Array.from({ length: 150 }, (_, i): TicketSpec => ({
    no: `e${i}`, at: `2023-${String(1 + (i % 12)).padStart(2, '0')}-${String(1 + (i % 28)).padStart(2, '0')} ${String(8 + (i % 9)).padStart(2, '0')}:00:00`,
    place: 'City›North', topic: 'Trees', channel: i % 5 === 0 ? 'app' : 'phone',
  }))
  const sweep = Array.from({ length: 80 }, (_, i): TicketSpec => ({
    no: `s${i}`, at: `2024-05-02 14:${String(i % 60).padStart(2, '0')}:00`, place: 'City›North', topic: 'Trees', channel: 'app',
  }))
  const storm = Array.from({ length: 120 }, (_, i): TicketSpec => ({
    no: `t${i}`, at: `2024-05-09 ${String(9 + (i % 8)).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}:00`, place: 'City›North', topic: 'Trees',
    channel: i % 4 === 0 ? 'app' : 'phone',
  }))
  await addTickets(db(), [...usual, ...sweep, ...storm])
  const result = await resolveTickets(db())
  await countDirtyDays(db())
  expect(result.sweepsMarked).toBe(80)
  expect(await cell(db(), 'City', 'Trees', '2024-05-02')).toMatchObject({ tickets: 80, callers: 0 })
  expect(await cell(db(), 'City', 'Trees', '2024-05-09')).toMatchObject({ tickets: 120, callers: 120 })
})

test('recounting everything gives the table that the pieces made', async () => {
  const rng = createRng('recount')
  const places = ['City›North', 'City›North›Mill', 'City›South', 'City']
  const topics = ['Water›Leak', 'Water›Dirty', 'Heat', 'Noise›Night']
  for (let round = 0; round < 6; round++) {
    await addTickets(db(), Array.from({ length: 60 }, () => {
      const day = 1 + rng.below(25)
      const no = `r${rng.below(200)}`
      return {
        no, at: `2024-07-${String(day).padStart(2, '0')} ${String(rng.below(24)).padStart(2, '0')}:00:00`, place: places[rng.below(4)]!,
        topic: topics[rng.below(4)]!, caller: `c${rng.below(20)}`, known: `2024-07-${String(Math.min(28, day + rng.below(4)) + round % 3).padStart(2, '0')}`,
      }
    }).filter((ticket, i, all) => all.findIndex((other) => other.no === ticket.no) === i))
    await resolveTickets(db())
    await countDirtyDays(db())
  }
  const dump = async (): Promise<string> => {
    const { rows } = await db().query<{ dump: string }>(
      `select string_agg(c::text, '|' order by day, place_id, topic_id, known_on) as dump from daily_counts c`)
    return rows[0]!.dump
  }
  const pieces = await dump()
  const recounted = await recountAll(db())
  expect(await dump()).toBe(pieces)
  // Two workers share the tally; `rows += await …` lost one's months to the other.
  const { rows: stored } = await db().query<{ n: number }>('select count(*)::int as n from daily_counts')
  expect(recounted.rows).toBe(stored[0]!.n)
  const { rows } = await db().query<{ wrong: number }>(
    `select count(*)::int as wrong from (
       select day, place_id, topic_id, sum(tickets) as tickets, sum(callers) as callers from daily_counts group by 1, 2, 3
     ) c where tickets < 0 or callers < 0 or callers > tickets`)
  expect(rows[0]!.wrong).toBe(0)
})
