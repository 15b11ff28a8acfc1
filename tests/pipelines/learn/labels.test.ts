import { expect, test } from 'vitest'
import { parseDay } from '../../../core/days.ts'
import { countDirtyDays } from '../../../pipelines/count.ts'
import { readEvidence } from '../../../pipelines/evidence.ts'
import { labelAlerts } from '../../../pipelines/learn/labels.ts'
import type { SignalRow } from '../../../sql/signals.ts'
import { readPlaces, readTopics } from '../../../sql/trees.ts'
import { useDatabase } from '../../support/database.ts'
import { addTickets } from '../../support/tickets.ts'

const db = useDatabase()
const night = parseDay('2024-03-10')
const PLACES = { one: 'City›North›One', many: 'City›North›Many', bulk: 'City›North›Bulk' }

test('an alert behind which one caller stands, or a sweep, says so, and says nothing of who', async () => {
  const ticket = (no: string, place: string, caller: string): Parameters<typeof addTickets>[1][number] => ({ no, at: '2024-03-09 10:00:00', place, topic: 'Noise', caller })
  await addTickets(db(), [
    ...Array.from({ length: 5 }, (_, i) => ticket(`o${i}`, PLACES.one, i < 3 ? 'ann' : `p${i}`)),
    ...Array.from({ length: 5 }, (_, i) => ticket(`m${i}`, PLACES.many, `q${i}`)),
    ...Array.from({ length: 3 }, (_, i) => ticket(`b${i}`, PLACES.bulk, `r${i}`)),
    ...Array.from({ length: 4 }, (_, i) => ticket(`s${i}`, PLACES.bulk, `s${i}`)),
  ])
  await db().query(`update tickets set sweep = 'burst' where ticket_no like 's%'`)
  await countDirtyDays(db())
  const places = await readPlaces(db())
  const topics = await readTopics(db())
  const topic = [...topics.values()].find((row) => row.path === 'Noise')!.id
  const ids = Object.values(PLACES).map((path) => [...places.values()].find((row) => row.path === path)!.id)
  const evidence = await readEvidence(db(), night, ids, [topic], places, topics)
  const alerts = ids.map((placeId, i) => ({
    id: Object.keys(PLACES)[i]!, cell: evidence.cell(placeId, topic), signal: { placeId, topicId: topic, windowDays: 7, evidence: { neighbours: [] as number[] } } as unknown as SignalRow,
  }))
  expect(Object.fromEntries(await labelAlerts(db(), night, alerts, evidence))).toEqual({
    one: { caller_herfindahl: 0.44, labels: ['campaign'] }, // (9 + 1 + 1) / 25
    many: { caller_herfindahl: 0.2 },
    bulk: { caller_herfindahl: 0.3333, sweeps: 4, labels: ['sweep'] },
  })
  expect(await labelAlerts(db(), night, [], evidence)).toEqual(new Map())
})
