/**
 * A small city with a report: four districts of three streets, two families, a hotspot in the last week, a street of two callers, a silent one.
 */
import { loadConfig } from '../../../core/config.ts'
import type { Config } from '../../../core/config.ts'
import { createRng } from '../../../core/rng.ts'
import { countDirtyDays } from '../../../pipelines/count.ts'
import { addPlace, addTickets } from '../../support/tickets.ts'
import type { TicketSpec } from '../../support/tickets.ts'
import { addDays } from '../../support/days.ts'
import type { Db } from '../../../sql/db.ts'

/** A Sunday, the last day of an ISO week. */
export const NIGHT = '2024-09-22'
export const FIRST = '2024-05-01'
/** Two callers in the last week. */
export const FEW = 'City›East›E3'
export const HOSTILE = '=HYPERLINK("http://x")<img src=x onerror=alert(1)>'

export function testConfig(dataDir?: string): Config {
  return loadConfig({ lang: 'en', ...(dataDir ? { dataDir } : {}) } as Parameters<typeof loadConfig>[0], {})
}

export function cityTickets(): TicketSpec[] {
  const rng = createRng('report city')
  const tickets: TicketSpec[] = []
  const add = (day: string, place: string, topic: string, caller: string): void => {
    tickets.push({ no: `t${tickets.length}`, at: `${day} 10:00:00`, place, topic, caller, unit: 'Works' })
  }
  const streets = ['North', 'South', 'East', 'West'].flatMap((district) => [1, 2, 3].map((n) => `City›${district}›${district[0]}${n}`)).filter((street) => street !== FEW && street !== 'City›West›W3')
  for (let day = FIRST; day <= NIGHT; day = addDays(day, 1)) {
    for (const street of streets) for (let n = rng.poisson(0.9); n > 0; n--) add(day, street, rng.below(2) ? 'Heat›Cold' : 'Noise›Night', `c${rng.below(5000)}`)
    add(day, 'City', 'Heat›Cold', `city ${day}`)
  }
  for (let n = 0; n < 60; n++) add(addDays(NIGHT, -(n % 7)), 'City›North›N1', 'Heat›Cold', `hot ${n}`)
  // One person, nine tickets: one caller.
  for (let n = 0; n < 9; n++) add(addDays(NIGHT, -(n % 6)), 'City›South›S2', 'Noise›Night', 'crank')
  add(addDays(NIGHT, -1), FEW, 'Noise›Night', 'few 1')
  add(addDays(NIGHT, -2), FEW, 'Noise›Night', 'few 2')
  return tickets
}

export async function seedReportCity(db: Db): Promise<void> {
  await addTickets(db, cityTickets())
  for (const [i, district] of ['North', 'South', 'East', 'West'].entries()) {
    for (const n of [1, 2, 3]) {
      const id = await addPlace(db, `City›${district}›${district[0]}${n}`, 1000)
      await db.query('update places set lng = $2, lat = $3, centre_from_tickets = $4, registered = true where id = $1', [id, 100 + i * 0.05 + n * 0.01, 30 + (i % 2) * 0.04 + n * 0.006, n === 3])
    }
  }
  await countDirtyDays(db)
  await db.query(`insert into runs (night, status, code_version, config_hash) values ($1, 'succeeded', 'test/1', 'x') on conflict do nothing`, [NIGHT])
}
