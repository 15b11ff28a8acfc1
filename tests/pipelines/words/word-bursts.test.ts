import { beforeAll, expect, test } from 'vitest'
import { parseDay } from '../../../core/days.ts'
import { countDirtyDays } from '../../../pipelines/count.ts'
import { countWords } from '../../../pipelines/words/count-words.ts'
import { countNightWords, findWordBursts } from '../../../pipelines/words/word-bursts.ts'
import { readPlaces, readTopics } from '../../../sql/trees.ts'
import { useDatabase } from '../../support/database.ts'
import { addTickets } from '../../support/tickets.ts'
import { WORD_FIRST, WORD_LAST, WORD_PLACE, wordTown } from '../../support/word-town.ts'

const db = useDatabase()
const TESTS = { minCallers: 3, watchDays: 10, alertDays: 100 }
const find = async (date: string) => (await findWordBursts(db(), parseDay(date), TESTS, await readPlaces(db(), date), await readTopics(db(), date))).bursts
const placeOf = async (id: number): Promise<string> => (await db().query<{ path: string }>('select path from places where id = $1', [id])).rows[0]!.path
const dump = async (): Promise<string> => JSON.stringify((await db().query(`select day, known_on, tickets, encode(entries, 'hex') as entries from word_days order by 1, 2`)).rows)

beforeAll(async () => {
  await addTickets(db(), wordTown())
  await countDirtyDays(db())
  await countNightWords(db(), parseDay(WORD_LAST))
})

test('a trouble without a category is one burst, by the third caller, at its place, in its own words', async () => {
  const [first, ...others] = await find('2024-09-06')
  expect(others).toEqual([])
  expect(first).toMatchObject({ verdict: 'alert', observed: 3, callers: 3, tickets: [expect.stringMatching(/w0$/), expect.stringMatching(/w1$/), expect.stringMatching(/w2$/)] })
  expect(await placeOf(first!.placeId)).toBe(WORD_PLACE)
  expect(first!.phrases.map(({ text }) => text).join(' ')).toMatch(/新能源/)
  expect(first!.recurrenceDays).toBeGreaterThan(100)
  expect((await find(WORD_LAST))[0]).toMatchObject({ callers: 5 })
  expect(await find('2024-09-05')).toEqual([])
})

test('one caller with many tickets is no burst', async () => {
  await addTickets(db(), [0, 1, 2, 3].map((i) => ({ no: `one${i}`, at: `2024-08-20 10:0${i}:00`, place: 'City›South›Port', topic: 'Roads›Hole', caller: 'crank', content: '外星飞船降落屋顶' })))
  await countNightWords(db(), parseDay(WORD_LAST))
  expect((await find('2024-08-20')).filter(({ phrases }) => phrases.some(({ text }) => text.includes('飞船')))).toEqual([])
})

test('the past stays as it was known: a text that came or changed later is not seen before', async () => {
  const before = JSON.stringify(await find('2024-09-06'))
  await addTickets(db(), [
    { no: 'w0', at: '2024-09-06 10:30:00', place: WORD_PLACE, topic: 'Heat›Cold', caller: 'w0', content: '误登记', known: '2024-09-08' },
    { no: 'late', at: '2024-09-06 11:30:00', place: WORD_PLACE, topic: 'Heat›Cold', caller: 'late', content: '强制改用新能源卡', known: '2024-09-09' },
  ])
  await countDirtyDays(db())
  await countNightWords(db(), parseDay('2024-09-10'))
  expect(JSON.stringify(await find('2024-09-06'))).toBe(before)
  const tickets = async (night: string): Promise<string[]> => (await find(night)).flatMap((burst) => burst.tickets.map((ticket) => ticket.split('/')[1]!)).sort()
  expect(await tickets('2024-09-07')).toEqual(['w0', 'w1', 'w2', 'w3', 'w4'])
  expect(await tickets('2024-09-08')).toEqual(['w1', 'w2', 'w3', 'w4'])
  expect(await tickets('2024-09-09')).toEqual(['late', 'w1', 'w2', 'w3', 'w4'])
})

test('counting again changes no byte and reads no text', async () => {
  const before = await dump()
  await db().query('insert into word_dirty_days select distinct day from tickets on conflict do nothing')
  const again = await countWords(db(), WORD_FIRST, '2024-10-01')
  expect(again.days).toBeGreaterThan(100)
  expect(again.read).toBe(0)
  expect(again.known).toBeGreaterThan(1000)
  expect(await dump()).toBe(before)
})

test('bulk entries of staff say nothing', async () => {
  await addTickets(db(), [0, 1, 2, 3, 4].map((i) => ({ no: `sweep${i}`, at: `2024-09-07 0${i}:00:00`, place: 'City›South›Dock', topic: 'Roads›Hole', caller: `s${i}`, content: '网格巡查发现共享单车堆积' })))
  await db().query(`update tickets set sweep = 'batch' where ticket_no like 'sweep%'`)
  await countNightWords(db(), parseDay('2024-09-10'))
  expect((await find(WORD_LAST)).filter(({ phrases }) => phrases.some(({ text }) => text.includes('单车')))).toEqual([])
})
