import { beforeAll, expect, test } from 'vitest'
import { listAppeals, listWaves, ruleAppeal } from '../../pipelines/appeals.ts'
import { countDirtyDays, recountAll } from '../../pipelines/count.ts'
import { readReportCells } from '../../sql/reports.ts'
import { useDatabase } from '../support/database.ts'
import { addTickets } from '../support/tickets.ts'

const db = useDatabase()

interface Cell { tickets: number, callers: number, dissatisfied: number, overdue: number, out_of_scope: number }

async function cell(day: string, night: string): Promise<Cell> {
  return (await db().query<Cell & Record<string, unknown>>(
    `select sum(tickets)::int as tickets, sum(callers)::int as callers, sum(dissatisfied)::int as dissatisfied, sum(overdue)::int as overdue, sum(out_of_scope)::int as out_of_scope
     from daily_counts c join places p on p.id = c.place_id where p.path = 'City' and topic_id = 1 and day = $1 and known_on <= $2`, [day, night])).rows[0]!
}

const late = { place: 'City›North', topic: 'Flights', csat: '不满意', closed: '2024-03-09 10:00:00', deadline: '2024-03-08 00:00:00' }
const rule = (no: string, ruling: 'out_of_scope' | 'in_scope', knownOn: string, version: number | null = null) => ruleAppeal(db(), { no, ruling, by: 'Li', reason: 'asks to move night flights', knownOn, version })

beforeAll(async () => {
  await addTickets(db(), [{ no: 'a', at: '2024-03-01 08:00:00', caller: 'ann', ...late }, { no: 'b', at: '2024-03-01 09:00:00', caller: 'bob', ...late }])
  await countDirtyDays(db())
})

test('from the night that knows of the ruling an appeal is out of what units are measured by, and still a ticket', async () => {
  expect(await cell('2024-03-01', '2024-03-20')).toEqual({ tickets: 2, callers: 2, dissatisfied: 2, overdue: 2, out_of_scope: 0 })
  expect(await rule('a', 'out_of_scope', '2024-03-15', 0)).toMatchObject({ version: 1, known_on: '2024-03-15' })
  await countDirtyDays(db())
  expect(await cell('2024-03-01', '2024-03-14')).toEqual({ tickets: 2, callers: 2, dissatisfied: 2, overdue: 2, out_of_scope: 0 })
  expect(await cell('2024-03-01', '2024-03-15')).toEqual({ tickets: 2, callers: 2, dissatisfied: 1, overdue: 1, out_of_scope: 1 })
  expect((await listAppeals(db(), '2024-03-14', 90)).map(({ ticket }) => ticket)).toEqual([])
  expect(await listAppeals(db(), '2024-03-15', 90)).toMatchObject([{ ticket: 'a', origin: 'ruled', by: 'Li', version: 1, place: ['City', 'North'] }])
})

test('a ruling on an older state, the same again or before the last is refused; taken back it counts again', async () => {
  await expect(rule('a', 'in_scope', '2024-03-20', 0)).rejects.toMatchObject({ code: 'ruling_conflict' })
  await expect(rule('a', 'out_of_scope', '2024-03-20')).rejects.toMatchObject({ code: 'already_ruled' })
  await expect(rule('a', 'in_scope', '2024-03-10')).rejects.toMatchObject({ code: 'ruling_before_last' })
  await expect(rule('nobody', 'in_scope', '2024-03-10')).rejects.toMatchObject({ code: 'no_such_ticket' })
  await rule('a', 'in_scope', '2024-03-25', 1)
  await countDirtyDays(db())
  expect(await cell('2024-03-01', '2024-03-24')).toMatchObject({ dissatisfied: 1, out_of_scope: 1 })
  expect(await cell('2024-03-01', '2024-03-25')).toMatchObject({ dissatisfied: 2, overdue: 2, out_of_scope: 0 })
})

test('the word of the source holds until somebody rules, through versions and a count of everything', async () => {
  await addTickets(db(), [{ no: 'c', at: '2024-04-01 08:00:00', caller: 'cat', ...late, closed: '2024-04-09 10:00:00', deadline: '2024-04-08 00:00:00' }])
  await db().query(`update tickets set unreasonable_state = '申请中' where ticket_no = 'c'`)
  await addTickets(db(), [{ no: 'c', at: '2024-04-01 08:00:00', caller: 'cat', ...late, closed: '2024-04-09 10:00:00', deadline: '2024-04-08 00:00:00', known: '2024-04-12' }])
  await db().query(`update tickets set unreasonable_state = '已认定' where ticket_no = 'c'`)
  await rule('c', 'in_scope', '2024-04-20')
  await recountAll(db())
  expect(await cell('2024-04-01', '2024-04-11')).toMatchObject({ tickets: 1, dissatisfied: 1, out_of_scope: 0 })
  expect(await cell('2024-04-01', '2024-04-12')).toMatchObject({ tickets: 1, dissatisfied: 0, overdue: 0, out_of_scope: 1 })
  expect(await cell('2024-04-01', '2024-04-20')).toMatchObject({ tickets: 1, dissatisfied: 1, overdue: 1, out_of_scope: 0 })
  expect(await listAppeals(db(), '2024-04-12', 60)).toMatchObject([{ ticket: 'c', origin: 'imported', by: null }])
  expect((await listAppeals(db(), '2024-04-20', 30)).map(({ ticket }) => ticket)).toEqual([])
})

test('many who ask for the same are a wave for policy staff, one who asks often is none', async () => {
  await addTickets(db(), [
    ...Array.from({ length: 9 }, (_, i) => ({ no: `w${i}`, at: `2024-06-${String(10 + i).padStart(2, '0')} 08:00:00`, place: 'City›South', topic: 'Exams', caller: `w${i}` })),
    ...Array.from({ length: 9 }, (_, i) => ({ no: `o${i}`, at: `2024-06-${String(10 + i).padStart(2, '0')} 09:00:00`, place: 'City›North', topic: 'Flights', caller: 'one' })),
  ])
  await db().query(`update tickets set unreasonable_state = '是' where ticket_no ~ '^[wo][0-9]'`)
  expect((await listWaves(db(), '2024-06-20')).map(({ place, topic, callers }) => [place.join('›'), topic.join('›'), callers])).toEqual([['City', 'Exams', 9], ['City›South', 'Exams', 9]])
  expect(await listWaves(db(), '2024-06-11')).toEqual([])
})

test('reports say how matters end without appeals out of scope, by what the night knew', async () => {
  await addTickets(db(), Array.from({ length: 4 }, (_, i) => ({ no: `s${i}`, at: '2024-08-05 08:00:00', place: 'City›West', topic: 'Exams', caller: `s${i}`, csat: i < 3 ? '不满意' : '满意', closed: '2024-08-06 10:00:00' })))
  await db().query(`update tickets set unreasonable_state = '是' where ticket_no = 's0'`)
  await rule('s1', 'out_of_scope', '2024-08-10')
  const range = (from: string, until: string): { from: string, until: string } => ({ from, until })
  const cells = async (night: string): Promise<unknown> => (await readReportCells(db(), night, range('2024-08-01', '2024-08-08'), range('2024-07-25', '2024-08-01'), range('2023-08-01', '2023-08-08'), 3)).filter((row) => row.area === 0 && row.topic === 1).map(({ tickets, judged, unsolved }) => ({ tickets, judged, unsolved }))
  expect(await cells('2024-08-09')).toEqual([{ tickets: 4, judged: 3, unsolved: 2 }])
  expect(await cells('2024-08-10')).toEqual([{ tickets: 4, judged: 2, unsolved: 1 }])
  await rule('s0', 'in_scope', '2024-08-12')
  expect(await cells('2024-08-12')).toEqual([{ tickets: 4, judged: 3, unsolved: 2 }])
})
