import { beforeAll, expect, test } from 'vitest'
import { readAlertWords } from '../../pipelines/alert-words.ts'
import { addAlert } from '../support/alerts.ts'
import { useDatabase } from '../support/database.ts'
import { addTickets } from '../support/tickets.ts'

const db = useDatabase()
const PLACE = 'City›North›Mill'
const SAID = [
  ['a', '小区充电桩强制改用新能源卡扣费，请核实处理。'], ['b', '物业说充电桩必须改用新能源卡，押金五十元。'], ['c', '新能源卡扣费混乱，充电桩停用。'],
  ['a', '再次反映充电桩强制改用新能源卡扣费。'], ['d', '楼道灯不亮。'], ['e', '充电桩改用新能源卡，联系电话13812345678。'],
] as const

beforeAll(async () => {
  const usual = Array.from({ length: 60 }, (_, i) => ({
    no: `u${i}`, at: `2024-08-${String(1 + (i % 24)).padStart(2, '0')} 09:00:00`, place: i % 2 ? PLACE : 'City›South›Port', topic: 'Power›Charge', caller: `u${i}`, content: ['充电桩损坏无人维修，请核实处理。', '楼道灯不亮，请处理。', '电费计算有误。'][i % 3]!,
  }))
  const own = SAID.map(([caller, content], i) => ({ no: `s${i}`, at: `2024-09-01 1${i}:00:00`, place: PLACE, topic: 'Power›Charge', caller, content }))
  await addTickets(db(), [...usual, ...own, { no: 'later', at: '2024-09-01 20:00:00', place: PLACE, topic: 'Power›Charge', caller: 'z', content: '充电桩新能源卡押金不退。', known: '2024-09-03' }])
  for (const id of ['one', 'two', 'few']) await addAlert(db(), { id, place: PLACE, topic: 'Power', night: '2024-09-01' })
  await db().query(`insert into alert_tickets select a, source_id, ticket_no, '2024-09-01' from tickets, unnest(array['one', 'two']) as a where ticket_no ~ '^s' or ticket_no = 'later'`)
  await db().query(`insert into alert_tickets select 'few', source_id, ticket_no, '2024-09-01' from tickets where ticket_no in ('s0', 's1', 's3')`)
})

test('phrases are what callers say beyond the usual of place and topic, by three callers at least', async () => {
  const { phrases } = await readAlertWords(db(), 'one', '2024-09-01', 7)
  expect(phrases[0]!.text).toContain('新能源')
  expect(phrases[0]!.callers).toBe(4)
  const texts = phrases.map(({ text }) => text)
  expect(texts.every((text) => !/楼道|核实|损坏/.test(text))).toBe(true)
  for (const { callers } of phrases) expect(callers).toBeGreaterThanOrEqual(3)
})

test('excerpts are of different callers, none like another, none beside the matter, without personal data', async () => {
  const { excerpts } = await readAlertWords(db(), 'one', '2024-09-01', 7)
  expect(excerpts).toHaveLength(3)
  const numbers = excerpts.map(({ ticket }) => ticket.split('/')[1]!)
  expect(numbers).not.toContain('s4')
  expect(numbers.filter((no) => no === 's0' || no === 's3').length).toBeLessThanOrEqual(1)
  expect(JSON.stringify(excerpts)).not.toContain('13812345678')
})

test('the night says what it knew: neither later texts nor rulings of secrecy it did not know', async () => {
  const before = await readAlertWords(db(), 'one', '2024-09-01', 7)
  expect(JSON.stringify(before)).not.toContain('later')
  expect((await readAlertWords(db(), 'one', '2024-09-03', 7)).phrases[0]!.callers).toBe(5)
  expect(await readAlertWords(db(), 'one', '2024-09-01', 7)).toEqual(before)
})

test('secret tickets and reports of wrongdoing are not quoted, and two callers are nobody', async () => {
  await db().query(`update tickets set is_secret = true where ticket_no in ('s0', 's3')`)
  await db().query(`update tickets set appeal_type = '举报' where ticket_no = 's2'`)
  const { excerpts } = await readAlertWords(db(), 'two', '2024-09-01', 7)
  expect(excerpts.map(({ ticket }) => ticket.split('/')[1])).toEqual(expect.not.arrayContaining(['s0', 's2', 's3']))
  expect(await readAlertWords(db(), 'few', '2024-09-01', 7)).toEqual({ phrases: [], excerpts: [] })
})
