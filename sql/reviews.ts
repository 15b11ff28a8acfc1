/**
 * Row functions of reviews.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

/** Rewrites the night's reviews of the alerts first seen `ages` nights before. @returns rows written */
export async function replaceReviews(db: Queryable, night: string, ages: number[]): Promise<number> {
  await db.query('delete from reviews where night = $1', [night])
  const { rowCount } = await db.query(statement('reviews-insert'), [night, ages])
  return rowCount ?? 0
}
