/**
 * Clocks in words.
 */
import type { Locale } from '../../core/config.ts'
import { t } from '../../core/texts.ts'
import { CLOCKS } from './rules.ts'
import type { ClockName } from './rules.ts'

/** One that this version does not know is told as it is. */
export function clockWord(locale: Locale, clock: string): string {
  return (CLOCKS as readonly string[]).includes(clock) ? t(locale, `clock.${clock as ClockName}`) : clock
}

/** Local time to the minute; a deadline at the end of a day is told as 24:00 of that day. */
export function shownAt(ms: number, timeZone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(ms)).toZonedDateTimeISO(timeZone)
  if (local.hour === 0 && local.minute === 0) return `${local.toPlainDate().subtract({ days: 1 }).toString()} 24:00`
  return local.toPlainDateTime().toString({ smallestUnit: 'minute' }).replace('T', ' ')
}
