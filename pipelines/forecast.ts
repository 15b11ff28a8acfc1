/**
 * Step 5 of a night: what the coming 7, 14 and 28 days usually bring where something stands out, from the baseline that
 * the detector has just fitted. Nothing is fitted here.
 */
import type { Db } from '../sql/db.ts'
import { replaceForecasts } from '../sql/forecasts.ts'
import { readSignals } from '../sql/signals.ts'

export async function saveForecasts(db: Db, night: string): Promise<{ in: number, out: number }> {
  const signals = await readSignals(db, night)
  const rows = signals.flatMap((signal) =>
    signal.evidence.forecast.map((forecast) => ({ placeId: signal.placeId, topicId: signal.topicId, ...forecast })))
  await db.transaction((client) => replaceForecasts(client, night, rows))
  return { in: signals.length, out: rows.length }
}
