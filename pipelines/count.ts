/**
 * Step 3 of a night: recounts the days whose tickets changed, month by month, two months at a time.
 */
import type { Db } from '../sql/db.ts'
import { countDays, ensurePartitions, listDirtyMonths, markAllDirty } from '../sql/counts.ts'

export interface CountResult { days: number, rows: number }

const AT_ONCE = 2

/** @param onMonth told after each month, for progress */
export async function countDirtyDays(db: Db, onMonth: (done: number, of: number) => void = () => {}): Promise<CountResult> {
  const months = await listDirtyMonths(db)
  if (months.length === 0) return { days: 0, rows: 0 }
  await ensurePartitions(db, months[0]!.from, months.at(-1)!.until)
  let rows = 0
  let done = 0
  let next = 0
  const work = async (): Promise<void> => {
    while (next < months.length) {
      const month = months[next++]!
      const written = await db.transaction((client) => countDays(client, month.from, month.until))
      rows += written // not `rows += await`: the other worker adds to it meanwhile
      onMonth(++done, months.length)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return { days: months.reduce((sum, month) => sum + month.days, 0), rows }
}

/** Counts everything anew; the result equals what the nights made piece by piece. */
export async function recountAll(db: Db): Promise<CountResult> {
  await markAllDirty(db)
  return countDirtyDays(db)
}
