import { beforeAll, expect, test } from 'vitest'
import { formatDay, parseDay } from '../../../core/days.ts'
import { countDirtyDays } from '../../../pipelines/count.ts'
import { readEffect } from '../../../pipelines/learn/effect.ts'
import { useDatabase } from '../../support/database.ts'
import { addTickets } from '../../support/tickets.ts'
import type { TicketSpec } from '../../support/tickets.ts'
import { addAlert } from './alerts.ts'

const db = useDatabase()
const FROM = parseDay('2023-01-02')
const ALERTED = parseDay('2024-03-01')
/** A signal on one night and 14 quiet ones: the alert ends on the 15th. */
const ENDED = ALERTED + 15
const NIGHT = formatDay(ENDED + 29)

/** A ticket a week at twelve places, at the last one thirty. Six have an alert; after its end they fall silent, the others go on. */
beforeAll(async () => {
  const tickets: TicketSpec[] = []
  for (let site = 0; site < 13; site++) {
    for (let day = FROM; day < ENDED + 60; day += 7) {
      if (site < 6 && day >= ENDED) continue
      for (let i = 0; i < (site === 12 ? 30 : 1); i++) {
        const no = `${site}-${day}-${i}`
        tickets.push({ no, at: `${formatDay(day)} 08:00:00`, place: `City›North›S${site}`, topic: 'Noise', caller: no })
      }
    }
  }
  await addTickets(db(), tickets)
  await countDirtyDays(db())
  for (const site of [0, 1, 2, 3, 4, 5, 12]) await addAlert(db(), { id: `a${site}`, place: `City›North›S${site}`, topic: 'Noise', night: formatDay(ALERTED) })
})

test('alerted places are compared with places of the same history, and what has no match is no effect', async () => {
  const { horizons, levels } = await readEffect(db(), NIGHT, 14)
  const [month, quarter] = horizons
  // Thirty days hold four weekly tickets at each control, five where the first falls on the end itself.
  expect(month).toMatchObject({ days: 30, alerts: 7, matched: 6, controls: 18, after: 0, unmatched: { alerts: 1, regression_to_the_mean: true } })
  expect([4, 5]).toContain(month!.after_controls)
  expect(month!.difference).toEqual([-month!.after_controls!, -month!.after_controls!, -month!.after_controls!])
  expect(month!.ratio).toEqual([0, 0, 0])
  expect(quarter).toMatchObject({ days: 90, alerts: 0, matched: 0, after: null, difference: null, ratio: null })
  expect(levels.map(({ level }) => level)).toEqual(['yellow'])
})

test('an alert whose horizon is not over is not looked at, nor does the same night give another answer', async () => {
  expect((await readEffect(db(), formatDay(ENDED + 28), 14)).horizons[0]!.alerts).toBe(0)
  expect(await readEffect(db(), NIGHT, 14)).toEqual(await readEffect(db(), NIGHT, 14))
})

test('a place that had an alert of the family is no control; one that had none yet is', async () => {
  for (let site = 6; site < 12; site++) await addAlert(db(), { id: `c${site}`, place: `City›North›S${site}`, topic: 'Noise', night: formatDay(ALERTED - 30) })
  const [month] = (await readEffect(db(), NIGHT, 14)).horizons
  // The six new ones ended before the others began, which are their controls; the others have none left.
  expect(month!.matched).toBe(6)
  expect(month!.unmatched.alerts).toBe(7)
})
