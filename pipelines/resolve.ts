/**
 * Step 2 of a night: what a ticket is, beyond its own words: a bulk entry of staff, a repeat of the same person's matter;
 * and where a place lies that no registry located. Places, topics, callers and redaction are settled when the row comes in (pipelines/ingest/).
 */
import { markRepeats, markSweeps, refreshStatistics } from '../sql/counts.ts'
import type { Db } from '../sql/db.ts'
import { guessTopics } from './topics/guess-topics.ts'
import { dateNodes, locatePlaces } from '../sql/trees.ts'

export interface ResolveResult { sweepsMarked: number, sweepsCleared: number, repeatsChanged: number, placesLocated: number, topicsGuessed: number }

export async function resolveTickets(db: Db): Promise<ResolveResult> {
  return db.transaction(async (client) => {
    await client.query(`set local work_mem = '192MB'`)
    await refreshStatistics(client)
    // Before what looks at topics: a guessed one counts like any other.
    const { guessed: topicsGuessed } = await guessTopics(client)
    const sweeps = await markSweeps(client)
    const repeatsChanged = await markRepeats(client)
    await dateNodes(client)
    const placesLocated = await locatePlaces(client)
    return { sweepsMarked: sweeps.marked, sweepsCleared: sweeps.cleared, repeatsChanged, placesLocated, topicsGuessed }
  })
}
