import { expect, test } from 'vitest'
import { countDirtyDays } from '../../../pipelines/count.ts'
import { resolveTickets } from '../../../pipelines/resolve.ts'
import { makeFamily, suggestFamilies } from '../../../pipelines/topics/families.ts'
import { checkText, showTopics, stopGuessing } from '../../../pipelines/topics/show-topics.ts'
import { trainAndKeep } from '../../../pipelines/topics/train-topics.ts'
import { useDatabase } from '../../support/database.ts'
import { addTickets } from '../../support/tickets.ts'
import type { TicketSpec } from '../../support/tickets.ts'

const db = useDatabase()
const SAYS: Record<string, string[]> = { 'Heat›Cold': ['暖气不热', '室温只有十度', '突然停暖'], 'Waste›Bins': ['垃圾没人清运', '垃圾桶满了', '垃圾站臭味大'] }

async function addSaying(tickets: (TicketSpec & { says: string })[]): Promise<void> {
  await addTickets(db(), tickets)
  for (const { no, says } of tickets) await db().query('update tickets set title = $2 where ticket_no = $1', [no, says])
}

const topicOf = async (no: string): Promise<string> =>
  (await db().query<{ path: string }>('select p.path from tickets t join topics p on p.id = t.topic_id where ticket_no = $1', [no])).rows[0]!.path

test('without a classifier nothing is guessed', async () => {
  await addSaying(Object.entries(SAYS).flatMap(([topic, says], k) => Array.from({ length: 90 }, (_, i) => ({
    no: `${k}-${i}`, at: `2024-05-${String(1 + (i % 28)).padStart(2, '0')} 10:00:00`, place: 'City›North›Mill', topic, caller: `c${i}`, says: `${says[i % 3]!}，请处理${i}`,
  }))))
  await addSaying([
    { no: 'u1', at: '2024-06-01 10:00:00', place: 'City›North›Mill', topic: '未分类', says: '我家暖气不热，停暖了' },
    { no: 'u2', at: '2024-06-01 11:00:00', place: 'City›North›Mill', topic: '未分类', says: '龘' },
  ])
  expect(await resolveTickets(db())).toMatchObject({ topicsGuessed: 0 })
  await countDirtyDays(db())
  expect(await showTopics(db())).toBeUndefined()
  expect(await checkText(db(), '暖气不热')).toBeNull()
})

test('with one, a ticket without a topic gets the likeliest with its confidence, and one that says nothing stays', async () => {
  const report = await trainAndKeep(db(), { families: false, byTime: false })
  expect(report).toMatchObject({ topics: 2, accuracy: 1, macroF1: 1 })
  expect(report.threshold).toBeGreaterThan(0)
  expect(await resolveTickets(db())).toMatchObject({ topicsGuessed: 1 })
  expect([await topicOf('u1'), await topicOf('u2')]).toEqual(['Heat›Cold', '未分类'])
  const { rows } = await db().query<{ ticket_no: string, confidence: number }>('select ticket_no, confidence from topic_guesses')
  expect(rows).toEqual([{ ticket_no: 'u1', confidence: expect.closeTo(1, 0) }])
  expect(await showTopics(db())).toMatchObject({ guessed: 1, unknown: 1 })
  // The guess is counted, and a second run changes nothing.
  await countDirtyDays(db())
  expect(await resolveTickets(db())).toMatchObject({ topicsGuessed: 0 })
})

test('guesses teach no later classifier, and a told topic overrules one', async () => {
  const before = await showTopics(db())
  const again = await trainAndKeep(db(), { families: false, byTime: false })
  expect(again.trained + again.calibrated + again.tested).toBe(180)
  expect(again.id).not.toBe(before!.id)
  await addSaying([{ no: 'u1', at: '2024-06-01 10:00:00', place: 'City›North›Mill', topic: 'Waste›Bins', says: '我家暖气不热' }])
  await resolveTickets(db())
  expect(await topicOf('u1')).toBe('Waste›Bins')
})

test('a classifier that is stopped guesses no more', async () => {
  await stopGuessing(db())
  await addSaying([{ no: 'u3', at: '2024-06-02 10:00:00', place: 'City›North›Mill', topic: '未分类', says: '暖气不热' }])
  expect(await resolveTickets(db())).toMatchObject({ topicsGuessed: 0 })
  expect(await topicOf('u3')).toBe('未分类')
})

test('too few tickets are an error', async () => {
  await expect(trainAndKeep(db(), { least: 500 })).rejects.toMatchObject({ code: 'too_few_topics' })
})

test('a topic is made the family of what lies below', async () => {
  expect(await makeFamily(db(), 'Heat/Cold')).toMatchObject({ path: 'Heat›Cold', topics: 1 })
  const { rows } = await db().query<{ path: string, family: string }>(`select t.path, f.path as family from topics t join topics f on f.id = t.family_id where t.path like 'Heat%' order by 1`)
  expect(rows).toEqual([{ path: 'Heat', family: 'Heat' }, { path: 'Heat›Cold', family: 'Heat›Cold' }])
  expect(await makeFamily(db(), 'Heat')).toMatchObject({ path: 'Heat', topics: 2 })
  await expect(makeFamily(db(), 'Nothing')).rejects.toMatchObject({ code: 'no_such_topic' })
  expect(await suggestFamilies(db(), '2024-06-02')).toEqual([])
})
