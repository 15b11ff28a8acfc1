/**
 * The words of a night: bursts that it found, and signals of those that nothing else explains.
 */
import { formatDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import type { Db } from '../../sql/db.ts'
import { addSignals } from '../../sql/signals.ts'
import { readPlaces, readTopics } from '../../sql/trees.ts'
import { saveWordBursts } from '../../sql/words.ts'
import { wordMode } from '../rules.ts'
import type { Rules } from '../rules.ts'
import { unexplainedSignals } from '../ticket-signals.ts'
import { countNightWords, findWordBursts } from './word-bursts.ts'

export const WORD_DETECTOR = 'words'

/** Finds the night's bursts, writes them, and adds those that nothing explains to its signals where the rules ask for that. */
export async function judgeWords(db: Db, night: Day, rules: Pick<Rules, 'detection' | 'words'>): Promise<{ bursts: number, signals: number }> {
  const { minCallers, watchDays, recurrenceDays } = rules.detection
  const date = formatDay(night)
  await countNightWords(db, night)
  const [places, topics] = [await readPlaces(db, date), await readTopics(db, date)]
  const { bursts } = await findWordBursts(db, night, { minCallers, watchDays, alertDays: recurrenceDays }, places, topics)
  const signals = wordMode(rules) === 'alerts' ? await unexplainedSignals(db, night, WORD_DETECTOR, bursts.filter(({ verdict }) => verdict === 'alert'), places, topics) : []
  await db.transaction(async (client) => {
    await saveWordBursts(client, date, bursts)
    await addSignals(client, date, signals)
  })
  return { bursts: bursts.length, signals: signals.length }
}
