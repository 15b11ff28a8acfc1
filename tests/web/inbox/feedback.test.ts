import { afterAll, beforeAll, expect, test } from 'vitest'
import { formatDay, parseDay } from '../../../core/days.ts'
import { judgeAlert } from '../../../pipelines/learn/verdicts.ts'
import { readLocalToday } from '../../../pipelines/operations/standing.ts'
import { readOutcomes, readRuleTallies } from '../../../sql/learning.ts'
import { readInputMark } from '../../../sql/runs.ts'
import { addAlert } from '../../support/alerts.ts'
import { useDatabase } from '../../support/database.ts'
import { addTickets } from '../../support/tickets.ts'
import { startWeb } from '../../support/web.ts'
import type { Persona, TestWeb } from '../../support/web.ts'

const db = useDatabase()
let web: TestWeb
let today = ''

beforeAll(async () => {
  await addTickets(db(), [{ no: 'mill', at: '2024-09-01 08:00:00', place: 'City›North›Mill', topic: 'Heat', unit: 'Heating', caller: 'a' }])
  await addAlert(db(), { id: 'mill', lead: 'Heating' })
  await db().query(`insert into rank_items (night, alert_id, event, kind, level, rule, detector, place_id, family_id, unit_id, score, features)
    select first_night, id, 'opened', kind, level, 'callers', 'd', place_id, family_id, lead_unit_id, 1, '{}' from alerts`)
  web = await startWeb(db())
  today = formatDay(await readLocalToday(db()))
})
afterAll(() => web.close())

const say = async (as: Persona, verdict: string): Promise<void> => {
  expect((await web.request('/alerts/mill/feedback', { as, form: { verdict, note: '', version: '0' } })).status).toBe(303)
}
const asked = (night: string): { from: string, reviewedBy: string, judgedBy: string, age: number } => ({ from: '2024-01-01', reviewedBy: night, judgedBy: night, age: 28 })
const learned = async (night = today): Promise<(string | null)[]> => (await readOutcomes(db(), asked(night))).map(({ verdict }) => verdict)

// Readers' words stood in a table that no night read.
test('what is said on the page of an alert is what nights learn from, until its unit has found something', async () => {
  const mark = await readInputMark(db(), today)
  expect(await learned()).toEqual([])
  await say('liaison', 'false')
  expect(await learned()).toEqual(['false'])
  expect(await readRuleTallies(db(), asked(today))).toEqual([{ rule: 'callers', of: 1, good: 0, judged: 1 }])
  expect(await readInputMark(db(), today)).not.toBe(mark)
  // Nights before that day know nothing of it.
  expect(await learned(formatDay(parseDay(today) - 1))).toEqual([])
  await say('supervisor', 'true')
  expect(await learned()).toEqual([])
  await say('analyst', 'true')
  expect(await learned()).toEqual(['true'])
  // Everybody has one word, the last.
  for (let i = 0; i < 3; i++) await say('liaison', 'false')
  expect(await learned()).toEqual(['true'])
  for (const persona of ['liaison', 'supervisor', 'analyst'] as const) await say(persona, 'data_problem')
  expect(await learned()).toEqual(['known'])
  expect(await readRuleTallies(db(), asked(today))).toEqual([])
  await judgeAlert(db(), 'mill', { verdict: 'partly', knownOn: today, by: 'Heating', note: '' })
  expect(await learned()).toEqual(['partly'])
})
