import { beforeAll, expect, test } from 'vitest'
import { formatDay, parseDay } from '../../../core/days.ts'
import { createRegistry } from '../../../pipelines/forecast/registry.ts'
import type { Serving } from '../../../pipelines/forecast/registry.ts'
import { createViewReader, trainingNight } from '../../../pipelines/forecast/view.ts'
import { countDirtyDays } from '../../../pipelines/count.ts'
import { resolveTickets } from '../../../pipelines/resolve.ts'
import { readForecastModels } from '../../../sql/forecast-models.ts'
import type { ForecastModelRow } from '../../../sql/forecast-models.ts'
import { useDatabase } from '../../support/database.ts'
import { addTickets } from '../../support/tickets.ts'
import { LAST, smallTown } from './small-town.ts'

const db = useDatabase()
const night = parseDay(LAST)
const trained = formatDay(trainingNight(night))

beforeAll(async () => {
  await addTickets(db(), smallTown())
  await resolveTickets(db())
  await countDirtyDays(db())
}, 60_000)

async function serve(of = night): Promise<Serving> {
  const view = await createViewReader(db())(of)
  return createRegistry(db(), 'test').servingFor(view, [...view.cities.values()][0]!)
}

async function rows(): Promise<ForecastModelRow[]> {
  return readForecastModels(db(), trained)
}

test('a training that is missing is made up for, as it would have been on its own night', async () => {
  const late = await serve()
  const kept = await rows()
  expect(late.trainedOn).toBe(trained)
  expect(kept.length).toBeGreaterThan(1)
  await db().query('delete from forecast_models')
  expect(await serve(trainingNight(night))).toEqual(late)
  expect(await rows()).toEqual(kept)
})

test('what was trained is read again, not made again', async () => {
  await serve()
  await db().query(`update forecast_models set code_version = 'marked'`)
  const serving = await serve()
  expect((await rows()).every((row) => row.codeVersion === 'marked')).toBe(true)
  expect(serving.model.classes.length).toBeGreaterThan(0)
})

test('numbers of another version, and of a shorter history, are trained anew', async () => {
  await serve()
  for (const spoil of [`params = params || '{"version": -1}'`, `score_card = score_card || '{"first": "2024-06-01"}'`]) {
    await db().query(`update forecast_models set code_version = 'old', ${spoil} where series_class like '%›all'`)
    await serve()
    expect((await rows()).map((row) => row.codeVersion), spoil).not.toContain('old')
  }
})

test('tickets that become known after the training change nothing about it', async () => {
  const before = await serve()
  await db().query('delete from forecast_models')
  await addTickets(db(), Array.from({ length: 60 }, (_, i) => ({ no: `late${i}`, at: '2024-06-10 10:00:00', place: 'City›North›Mill', topic: 'Heat›Cold', caller: `late${i}`, known: '2024-09-01' })))
  await resolveTickets(db())
  await countDirtyDays(db())
  expect((await serve()).model).toEqual(before.model)
})
