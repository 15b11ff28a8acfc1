/**
 * Step 9 of a night: what has come of the alerts that were opened 1, 7 and 28 nights ago.
 */
import type { Db } from '../sql/db.ts'
import { replaceReviews } from '../sql/reviews.ts'

export async function reviewAlerts(db: Db, night: string): Promise<{ in: number, out: number }> {
  const rows = await db.transaction((client) => replaceReviews(client, night, [1, 7, 28]))
  return { in: rows, out: rows }
}
