/**
 * When was a ticket accepted, dispatched, due, closed? Cells become instants of the source's clock; cells that name
 * their offset become UTC and are also told on the source's clock.
 */
import { TIMES } from './cells.ts'
import { isoSeconds, parseTime, wallClock } from './dates.ts'
import type { DateOrder } from './dates.ts'
import { FIELD } from './row-columns.ts'
import type { FieldColumn, RowColumns } from './row-columns.ts'
import { fieldText } from './tokenizer.ts'
import type { Tokenizer } from './tokenizer.ts'

export type TimeOutcome = 'time' | 'empty' | 'unreadable'

/** 2100-01-01: later years come from default dates (9999-12-31) and typing errors. */
const LATEST_SECONDS = 4102444800

export class TimeColumns {
  /** Fields written, in their order. */
  readonly names: string[]
  readonly accepted: number
  /** The time read last, in seconds since 1970 of the source's clock, of UTC where `utc`. */
  seconds = 0
  utc = false
  /** Wall clock of the source for instants in UTC seconds. */
  readonly wallOf: (utcSeconds: number) => number
  readonly #columns: RowColumns
  readonly #order: DateOrder
  readonly #times: FieldColumn[]
  readonly #recorded: FieldColumn | undefined
  /** Wall clock until which an arrival time is assumed to be the accepted time. */
  readonly #assumedUntil: number

  /** @param nowSeconds  the import's clock, in UTC seconds */
  constructor(columns: RowColumns, recorded: 'auto' | 'accepted' | 'arrival', nowSeconds: number) {
    this.#columns = columns
    this.#order = columns.preset.date_order
    this.wallOf = wallClock(columns.preset.time_zone)
    this.accepted = columns.at('accepted_at')
    this.#recorded = columns.plain(['recorded_at'])[0]
    this.#times = columns.plain(TIMES)
    this.names = [...columns.mapped(['recorded_at']), ...columns.mapped(TIMES)]
    this.#assumedUntil = recorded === 'arrival' ? -Infinity : recorded === 'accepted' ? Infinity : this.wallOf(nowSeconds) - 3 * 86400
  }

  /** Reads a cell's time into `seconds` and `utc`. */
  read(tokens: Tokenizer, i: number): TimeOutcome {
    const from = tokens.starts[i]!
    const until = tokens.ends[i]!
    if (from === until) return 'empty'
    this.seconds = isoSeconds(tokens.data, from, until)
    this.utc = false
    if (this.seconds >= 0) return 'time'
    const text = fieldText(tokens, i).trim()
    if (this.#columns.isNull(text)) return 'empty'
    const time = parseTime(text, this.#order)
    if (!time) return 'unreadable'
    this.seconds = time.seconds
    this.utc = time.utc
    return 'time'
  }

  /** The time read last on the source's clock. */
  wall(): number {
    return this.utc ? this.wallOf(this.seconds) : this.seconds
  }

  /** Writes the accepted time, read last, and its local day. @returns its wall clock */
  writeAccepted(): number {
    const wall = this.#write(FIELD.accepted_at)
    this.#columns.writer.date(Math.floor(wall / 86400))
    return wall
  }

  /** Writes the other times. @param wall  the accepted time's */
  writeOthers(tokens: Tokenizer, wall: number, repeated: boolean): void {
    const { writer, statistics } = this.#columns
    let recorded = false
    if (this.#recorded) {
      recorded = this.#optional(tokens, this.#recorded)
      // Not part of the row's hash: a ticket that arrives again has not changed.
      if (recorded) writer.time(this.seconds, this.utc)
      else writer.null()
    }
    if (!recorded && !repeated && wall <= this.#assumedUntil) statistics.assumed++
    for (let i = 0; i < this.#times.length; i++) {
      const column = this.#times[i]!
      if (this.#optional(tokens, column)) {
        const at = this.#write(column.field)
        if (at < wall && !repeated && column.field === FIELD.closed_at) statistics.backwards++
      } else writer.null()
    }
  }

  #optional(tokens: Tokenizer, column: FieldColumn): boolean {
    const outcome = this.read(tokens, column.column)
    if (outcome === 'empty') return false
    if (outcome === 'unreadable' || this.seconds < 0 || this.seconds > LATEST_SECONDS) {
      this.#columns.countUnreadable(column.name)
      return false
    }
    return true
  }

  #write(fieldNumber: number): number {
    const { writer } = this.#columns
    writer.time(this.seconds, this.utc)
    const wall = this.wall()
    writer.hashField(fieldNumber)
    writer.hashInt(wall | 0)
    return wall
  }
}
