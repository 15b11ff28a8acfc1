/**
 * Is this record a ticket, and if not, why? Records of empty cells are none; totals, notes under the table, repeated headers and
 * times that cannot be are rejected with their reason.
 */
import { isNote, isScientific, isTotal } from './cells.ts'
import { normaliseHeader } from './header.ts'
import type { LabelColumn } from './label-column.ts'
import type { TicketField } from './presets.ts'
import type { RowColumns } from './row-columns.ts'
import type { TicketNumber } from './ticket-number.ts'
import type { TimeColumns, TimeOutcome } from './time-columns.ts'
import { fieldText } from './tokenizer.ts'
import type { Tokenizer } from './tokenizer.ts'

/** 1990-01-01: hotlines have no older tickets. */
const OLDEST_SECONDS = 631152000
const MAX_NUMBER_BYTES = 200

export class RowFaults {
  readonly #columns: RowColumns
  readonly #number: TicketNumber
  readonly #times: TimeColumns
  readonly #latest: number
  readonly #drops: { column: LabelColumn, values: string[] }[]

  /** @param nowSeconds  the import's clock in UTC seconds: later times than a day after it are refused */
  constructor(columns: RowColumns, number: TicketNumber, times: TimeColumns, nowSeconds: number) {
    this.#columns = columns
    this.#number = number
    this.#times = times
    this.#latest = times.wallOf(nowSeconds) + 86400
    this.#drops = (Object.entries(columns.preset.drop_where ?? {}) as [TicketField, string[]][])
      .filter(([name]) => columns.has(name)).map(([name, values]) => ({ column: columns.label(name), values }))
  }

  /** Number and accepted time have just been read. @returns '' for a ticket, 'empty' for no record, else the reason */
  judge(tokens: Tokenizer, hasNumber: boolean, accepted: TimeOutcome): string {
    if (!hasNumber) return this.#withoutNumber(tokens)
    if (accepted !== 'time') return this.#withoutTime(tokens, accepted)
    if (this.#number.length > MAX_NUMBER_BYTES) return 'ticket_no_too_long'
    if (this.#number.length < 12 && isScientific(this.#number.text)) return 'ticket_no_scientific'
    const wall = this.#times.wall()
    if (wall > this.#latest) return 'accepted_in_future'
    if (wall < OLDEST_SECONDS) return 'accepted_too_old'
    for (let i = 0; i < this.#drops.length; i++) {
      const { column, values } = this.#drops[i]!
      if (values.includes(column.get(tokens).text ?? '')) return 'not_a_ticket'
    }
    return ''
  }

  #withoutNumber(tokens: Tokenizer): string {
    const first = firstText(tokens)
    return first === '' ? 'empty' : besideTable(first) || 'ticket_no_missing'
  }

  #withoutTime(tokens: Tokenizer, accepted: TimeOutcome): string {
    const beside = besideTable(this.#number.text) || besideTable(firstText(tokens))
    if (beside !== '') return beside
    if (accepted === 'empty') return 'accepted_at_missing'
    const cell = normaliseHeader(fieldText(tokens, this.#times.accepted))
    return cell === normaliseHeader(this.#columns.mapping.header[this.#times.accepted]!) ? 'repeated_header' : 'accepted_at_unreadable'
  }
}

/** The record's first text; '' where all cells are blank. */
function firstText(tokens: Tokenizer): string {
  for (let i = 0; i < tokens.count; i++) {
    const text = fieldText(tokens, i).trim()
    if (text !== '') return text
  }
  return ''
}

/** What a line is that begins like this and is no ticket: a total, a note under the table, or '' for neither. */
export function besideTable(text: string): string {
  return isTotal(text) ? 'total_row' : isNote(text) ? 'note_row' : ''
}
