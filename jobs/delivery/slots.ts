/**
 * When a message may leave: slots of digests and quiet hours, in the subscriber's time zone. A local time that the clocks skip is
 * the instant after the gap; one that comes twice is its first.
 */

/** Minutes after midnight of 'HH:MM'; NaN for anything else. */
export function minutesOf(time: string): number {
  const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time) ?? []
  return hour === undefined ? NaN : Number(hour) * 60 + Number(minute)
}

/** The first slot after the instant, in milliseconds since the epoch. @param slots at least one 'HH:MM' */
export function nextSlot(slots: readonly string[], timeZone: string, now: number): number {
  const today = zoned(now, timeZone).toPlainDate()
  return Math.min(...[today, today.add({ days: 1 }), today.add({ days: 2 })].flatMap((date) => slots.map((slot) => instantOf(date, slot, timeZone))).filter((at) => at > now))
}

/** The last slot at or before the instant, and whether it is the first of its local day. */
export function lastSlot(slots: readonly string[], timeZone: string, now: number): { at: number, isFirst: boolean } {
  const sorted = [...slots].sort()
  const today = zoned(now, timeZone).toPlainDate()
  const past = [today.subtract({ days: 1 }), today].flatMap((date) => sorted.map((slot, i) => ({ at: instantOf(date, slot, timeZone), isFirst: i === 0 }))).filter(({ at }) => at <= now)
  return past.at(-1)!
}

/** When the quiet hours around the instant end; undefined outside them. They may run over midnight. */
export function quietEnd(quiet: { from: string, until: string }, timeZone: string, now: number): number | undefined {
  const at = zoned(now, timeZone)
  const minute = at.hour * 60 + at.minute
  const [from, until] = [minutesOf(quiet.from), minutesOf(quiet.until)]
  const isQuiet = from <= until ? minute >= from && minute < until : minute >= from || minute < until
  return isQuiet ? nextSlot([quiet.until], timeZone, now) : undefined
}

function zoned(now: number, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone)
}

function instantOf(date: Temporal.PlainDate, slot: string, timeZone: string): number {
  const minutes = minutesOf(slot)
  return date.toZonedDateTime({ timeZone, plainTime: new Temporal.PlainTime(Math.floor(minutes / 60), minutes % 60) }).epochMilliseconds
}
