/**
 * The first night that knows of a word said today, as the store's other facts have it.
 */
import { formatDay } from '../core/days.ts'
import type { Db } from '../sql/db.ts'
import { chooseKnownOn } from './event.ts'

/** As asked for, else today in the city's time zone. @throws {BadInputError} the store is empty */
export async function chooseKnownDate(db: Db, given: string | undefined): Promise<string> {
  return formatDay(await chooseKnownOn(db, Date.now(), given))
}
