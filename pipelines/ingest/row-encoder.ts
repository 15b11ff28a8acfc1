/**
 * What does each cell of a record become in the staging table? Compiled once a file from preset and mapping, then called
 * once a record. Cells that repeat (places, topics, states) are understood once per distinct spelling.
 */
import { callerKey } from '../../features/caller-key.ts'
import { placesInText } from '../../features/places-in-text.ts'
import { redact } from '../../features/redact.ts'
import { isoSeconds, parseTime, wallClock } from './dates.ts'
import type { ParsedTime } from './dates.ts'
import { normaliseHeader } from './header.ts'
import type { Mapping } from './header.ts'
import type { Preset, TicketField } from './presets.ts'
import { TICKET_FIELDS } from './presets.ts'
import { cleanName, PathRegistry, splitTopicPath, UNKNOWN_TOPIC } from './registry.ts'
import { RepeatFilter } from './repeats.ts'
import { mix, StageWriter } from './stage-writer.ts'
import { fieldText } from './tokenizer.ts'
import type { Tokenizer } from './tokenizer.ts'

export interface EncoderOptions {
  preset: Preset
  mapping: Mapping
  city: string
  callerSecret: Buffer
  /** Wall clock of the import in UTC seconds: later times are refused. */
  nowSeconds: number
}

const TIMES = ['dispatched_at', 'deadline_at', 'closed_at'] as const
const TEXTS = ['title', 'content', 'address_text'] as const
const LABELS = ['appeal_type', 'status', 'urgency', 'solved', 'csat_first', 'csat_final', 'channel', 'unreasonable_state', 'co_units', 'tags', 'repeat_of'] as const
const COUNTS = ['dup_count', 'urge_count', 'return_count', 'extend_count', 'rework_count'] as const
const PLACES = ['district', 'street', 'community', 'compound'] as const
const TOPICS = ['topic_l1', 'topic_l2', 'topic_l3', 'topic_l4'] as const
const TOTALS = /^(?:合\s*计|总\s*计|小\s*计|共\s*计|汇\s*总|grand total|total|subtotal|sum)[:：]?$/i
const SCIENTIFIC = /^\d(?:\.\d+)?E[+-]?\d+$/i
const YES = new Set(['是', '1', 'true', 't', 'yes', 'y'])
/** 1990-01-01: hotlines have no older tickets. */
const OLDEST_SECONDS = 631152000
const MAX_DISTINCT = 20_000

/** One spelling of a cell, understood: its text, its bytes, and a hash that stands for them. */
interface Label { text: string | null, bytes: Buffer, high: number }

const field = (name: TicketField): number => TICKET_FIELDS.indexOf(name)
const NOTHING = -1

export class RowEncoder {
  readonly writer = new StageWriter()
  readonly places: PathRegistry
  readonly topics = new PathRegistry('', 'topic')
  readonly units = new PathRegistry('', 'unit')
  /** Columns of the staging table, in the order of the lines written. */
  readonly columns: string[]
  /** Some ticket number came twice, or may have. */
  repeated = false
  /** Records that are tickets or rejects. */
  read = 0
  /** Cells of optional fields that could not be understood and were left out, by field. */
  readonly unreadable: Record<string, number> = {}
  readonly repeats = new RepeatFilter()

  readonly #options: EncoderOptions
  readonly #nulls: Set<string>
  readonly #nullBytes: Set<string>
  readonly #wall: (utcSeconds: number) => number
  readonly #latest: number
  readonly #column = new Map<TicketField, number>()
  readonly #labels = new Map<TicketField, Map<string, Label>>()
  readonly #placeNumbers = new Map<string, number>()
  readonly #topicNumbers = new Map<string, number>()
  readonly #unitNumbers = new Map<Label, number>()
  readonly #callers = new Map<string, string | null>()
  readonly #times: (typeof TIMES)[number][]
  readonly #texts: (typeof TEXTS)[number][]
  readonly #labelFields: (typeof LABELS)[number][]
  readonly #counts: (typeof COUNTS)[number][]
  readonly #placeFields: (typeof PLACES)[number][]
  readonly #topicFields: ('topic_path' | (typeof TOPICS)[number])[]
  readonly #searchText: boolean

  constructor(options: EncoderOptions) {
    this.#options = options
    const { preset, mapping } = options
    this.places = new PathRegistry(cleanName(options.city), 'city')
    this.#nulls = new Set(preset.nulls.map((token) => token.normalize('NFKC').trim().toLowerCase()))
    this.#nullBytes = new Set(preset.nulls.map((token) => Buffer.from(token).toString('latin1')))
    this.#wall = wallClock(preset.time_zone)
    this.#latest = this.#wall(options.nowSeconds) + 86400
    for (const [name, columns] of mapping.columns) if (name !== 'ignore') this.#column.set(name, columns[0]!)
    const mapped = <T extends TicketField>(fields: readonly T[]): T[] => fields.filter((name) => this.#column.has(name))
    this.#times = mapped(TIMES)
    this.#texts = mapped(TEXTS)
    this.#labelFields = mapped(LABELS)
    this.#counts = mapped(COUNTS)
    this.#placeFields = mapped(PLACES)
    const levels = mapped(TOPICS)
    this.#topicFields = levels.length > 0 ? levels : mapped(['topic_path'])
    this.#searchText = preset.places === 'text'
    this.places.number([], []) // the root: tickets without any place
    this.columns = [
      'line', 'fault', 'repeated', 'ticket_no', 'accepted_at',
      ...mapped(['recorded_at']), ...this.#times, 'place_no', 'topic_no',
      ...(this.#column.has('lead_unit') ? ['unit_no'] : []),
      ...(this.#column.has('caller_raw_drop') ? ['caller_key'] : []),
      ...(this.#hasPoint() ? ['lng', 'lat'] : []),
      ...this.#labelFields, ...this.#counts, ...mapped(['is_secret']), ...this.#texts, 'row_hash',
    ]
  }

  /** Writes the tokenizer's record, as a ticket or as a reject; a record of empty cells is no record. */
  encode(tokens: Tokenizer, line: number): void {
    if (tokens.fault !== '') {
      const total = tokens.fault === 'wrong_columns' && isTotal(fieldText(tokens, 0))
      const detail = tokens.fault === 'wrong_columns' ? `${tokens.count} columns, expected ${this.#options.mapping.header.length}` : null
      this.reject(tokens, line, total ? 'total_row' : tokens.fault, detail, false)
      return
    }
    const number = this.#ticketNumber(tokens)
    const accepted = this.#time(tokens, 'accepted_at')
    const fault = this.#judge(tokens, number, accepted)
    if (fault !== '') {
      if (fault === 'empty') return
      const field = fault.startsWith('ticket_no') ? 'ticket_no' : 'accepted_at'
      this.reject(tokens, line, fault, redact(this.#text(tokens, field).slice(0, 200)), true)
      return
    }
    this.read++
    this.#write(tokens, line, number!, accepted!)
  }

  /** Writes a record that is no ticket, with its mapped cells but the caller's, redacted. */
  reject(tokens: Tokenizer, line: number, reason: string, detail: string | null, withCells: boolean): void {
    this.read++
    const raw: Record<string, string> = {}
    if (withCells) {
      for (const [name, columns] of this.#options.mapping.columns) {
        if (name === 'caller_raw_drop' || name === 'ignore') continue
        const text = fieldText(tokens, columns[0]!).trim().slice(0, 500)
        if (text !== '') raw[this.#options.mapping.header[columns[0]!]!] = redact(text)
      }
    }
    const fault = JSON.stringify({ reason, detail, raw: withCells ? raw : null }).replaceAll('\\u0000', '')
    this.writer.begin(line)
    this.writer.text(fault, false)
    for (let i = 2; i < this.columns.length; i++) this.writer.null()
    this.writer.end()
  }

  #write(tokens: Tokenizer, line: number, number: Buffer, accepted: ParsedTime): void {
    const { writer } = this
    writer.begin(line)
    writer.null()
    const repeated = this.#isRepeated(number)
    if (repeated) {
      this.repeated = true
      writer.text('t', false)
    } else writer.null()
    writer.bytes(number, 0, number.length, true)
    this.#writeTime(accepted, field('accepted_at'))
    if (this.#column.has('recorded_at')) {
      const recorded = this.#optionalTime(tokens, 'recorded_at')
      if (recorded) writer.time(recorded.seconds, recorded.utc)
      else writer.null()
    }
    for (let i = 0; i < this.#times.length; i++) {
      const time = this.#optionalTime(tokens, this.#times[i]!)
      if (time) this.#writeTime(time, field(this.#times[i]!))
      else writer.null()
    }
    writer.int(this.#placeNumber(tokens))
    writer.int(this.#topicNumber(tokens))
    if (this.#column.has('lead_unit')) {
      const unit = this.#unitNumber(tokens)
      if (unit === NOTHING) writer.null()
      else writer.int(unit)
    }
    if (this.#column.has('caller_raw_drop')) this.#writeCaller(tokens)
    if (this.#hasPoint()) this.#writePoint(tokens)
    for (let i = 0; i < this.#labelFields.length; i++) {
      const label = this.#label(tokens, this.#labelFields[i]!)
      if (label.text === null) writer.null()
      else {
        writer.hashField(field(this.#labelFields[i]!))
        writer.bytes(label.bytes, 0, label.bytes.length, true)
      }
    }
    for (let i = 0; i < this.#counts.length; i++) this.#writeCount(tokens, this.#counts[i]!)
    if (this.#column.has('is_secret')) {
      const { text } = this.#label(tokens, 'is_secret')
      const secret = text !== null && YES.has(text.toLowerCase())
      writer.hashField(field('is_secret'))
      writer.hashInt(secret ? 1 : 0)
      writer.text(secret ? 't' : 'f', false)
    }
    for (let i = 0; i < this.#texts.length; i++) this.#writeText(tokens, this.#texts[i]!)
    writer.hash()
    writer.end()
  }

  #judge(tokens: Tokenizer, number: Buffer | null, accepted: ParsedTime | null | undefined): string {
    if (!number) {
      let first = ''
      for (let i = 0; i < tokens.count && first === ''; i++) first = fieldText(tokens, i).trim()
      if (first === '') return 'empty'
      return isTotal(first) ? 'total_row' : 'ticket_no_missing'
    }
    if (!accepted) {
      const text = number.toString()
      if (isTotal(text)) return 'total_row'
      if (accepted === null) return 'accepted_at_missing'
      const cell = normaliseHeader(this.#text(tokens, 'accepted_at'))
      return cell === normaliseHeader(this.#options.mapping.header[this.#column.get('accepted_at')!]!) ? 'repeated_header' : 'accepted_at_unreadable'
    }
    if (number.length > 200) return 'ticket_no_too_long'
    if (number.length < 12 && SCIENTIFIC.test(number.toString('latin1'))) return 'ticket_no_scientific'
    const wall = accepted.utc ? this.#wall(accepted.seconds) : accepted.seconds
    if (wall > this.#latest) return 'accepted_in_future'
    if (wall < OLDEST_SECONDS) return 'accepted_too_old'
    const drops = this.#options.preset.drop_where
    if (drops) {
      for (const [name, values] of Object.entries(drops) as [TicketField, string[]][]) {
        if (this.#column.has(name) && values.includes(this.#label(tokens, name).text ?? '')) return 'not_a_ticket'
      }
    }
    return ''
  }

  /** Trimmed, ASCII digits; null where there is none. Points into the record where it can. */
  #ticketNumber(tokens: Tokenizer): Buffer | null {
    const i = this.#column.get('ticket_no')!
    const { data } = tokens
    let from = tokens.starts[i]!
    let until = tokens.ends[i]!
    while (from < until && data[from]! <= 32) from++
    while (from < until && data[until - 1]! <= 32) until--
    let plain = tokens.escaped[i] === 0
    for (let p = from; plain && p < until; p++) plain = data[p]! < 128
    if (plain) {
      if (from === until) return null
      if (until - from < 8 && this.#nullBytes.has(data.toString('latin1', from, until))) return null
      return data.subarray(from, until)
    }
    const text = fieldText(tokens, i).normalize('NFKC').trim()
    return text === '' || this.#nulls.has(text.toLowerCase()) ? null : Buffer.from(text)
  }

  #isRepeated(number: Buffer): boolean {
    let high = 0x811c9dc5 | 0
    let low = 0x27d4eb2f | 0
    for (let i = 0; i < number.length; i++) {
      const c = number[i]!
      high = Math.imul(high ^ c, 0x01000193)
      low = Math.imul(low ^ c, 0x5bd1e995)
      low ^= low >>> 15
    }
    return this.repeats.seen(mix(high), mix(low))
  }

  /** Null where the cell is empty, undefined where it is no time. */
  #time(tokens: Tokenizer, name: TicketField): ParsedTime | null | undefined {
    const i = this.#column.get(name)!
    const from = tokens.starts[i]!
    const until = tokens.ends[i]!
    if (from === until) return null
    const seconds = isoSeconds(tokens.data, from, until)
    if (seconds >= 0) return { seconds, utc: false }
    const text = fieldText(tokens, i).trim()
    if (this.#isNull(text)) return null
    return parseTime(text, this.#options.preset.date_order)
  }

  #optionalTime(tokens: Tokenizer, name: TicketField): ParsedTime | null {
    const time = this.#time(tokens, name)
    if (time === null) return null
    // Far years come from default dates (9999-12-31) and typing errors.
    if (time === undefined || time.seconds < 0 || time.seconds > 4102444800) {
      this.unreadable[name] = (this.unreadable[name] ?? 0) + 1
      return null
    }
    return time
  }

  #writeTime(time: ParsedTime, fieldNumber: number): void {
    this.writer.time(time.seconds, time.utc)
    const wall = time.utc ? this.#wall(time.seconds) : time.seconds
    this.writer.hashField(fieldNumber)
    this.writer.hashInt(wall | 0)
  }

  #label(tokens: Tokenizer, name: TicketField): Label {
    const i = this.#column.get(name)!
    const key = tokens.data.toString('latin1', tokens.starts[i]!, tokens.ends[i]!)
    let known = this.#labels.get(name)
    if (!known) this.#labels.set(name, known = new Map())
    let label = known.get(key)
    if (label === undefined) {
      const text = cleanName(fieldText(tokens, i))
      label = toLabel(this.#isNull(text) ? null : name === 'co_units' || name === 'tags' ? redact(text) : text)
      if (known.size >= MAX_DISTINCT) known.clear()
      known.set(key, label)
    }
    return label
  }

  #placeNumber(tokens: Tokenizer): number {
    let key = ''
    for (let i = 0; i < this.#placeFields.length; i++) {
      const name = this.#placeFields[i]!
      const { text, high } = this.#label(tokens, name)
      key += text === null ? '\u0000' : text + '\u0000'
      if (text === null) continue
      this.writer.hashField(field(name))
      this.writer.hashInt(high)
    }
    let number = this.#placeNumbers.get(key)
    if (number === undefined) {
      const names = this.#placeFields.map((name) => this.#label(tokens, name).text)
      number = this.places.number(names, this.#placeFields)
      if (this.#placeNumbers.size >= 10 * MAX_DISTINCT) this.#placeNumbers.clear()
      this.#placeNumbers.set(key, number)
    }
    if (number === 0 && this.#searchText) number = this.#placeFromText(tokens)
    this.places.rows[number]!++
    return number
  }

  #placeFromText(tokens: Tokenizer): number {
    const text = TEXTS.filter((name) => this.#column.has(name)).map((name) => this.#text(tokens, name)).join('。')
    const found = placesInText(text)
    return this.places.number([found.district, found.street, found.compound], ['district', 'street', 'compound'])
  }

  #topicNumber(tokens: Tokenizer): number {
    let key = ''
    for (let i = 0; i < this.#topicFields.length; i++) {
      const name = this.#topicFields[i]!
      const { text, high } = this.#label(tokens, name)
      if (text === null) continue
      key += text + '\u0000'
      this.writer.hashField(field(name))
      this.writer.hashInt(high)
    }
    let number = this.#topicNumbers.get(key)
    if (number === undefined) {
      const cells = this.#topicFields.map((name) => this.#label(tokens, name).text).filter((text) => text !== null)
      const split = this.#topicFields[0] === 'topic_path' ? cells.flatMap((cell) => splitTopicPath(cell, this.#options.preset)) : cells
      // A level that only repeats the one above adds nothing.
      const names = split.filter((name, i) => name !== split[i - 1])
      number = this.topics.number(names.length > 0 ? names : [UNKNOWN_TOPIC], Array<string>(8).fill('topic'))
      if (this.#topicNumbers.size >= 10 * MAX_DISTINCT) this.#topicNumbers.clear()
      this.#topicNumbers.set(key, number)
    }
    this.topics.rows[number]!++
    return number
  }

  #unitNumber(tokens: Tokenizer): number {
    const label = this.#label(tokens, 'lead_unit')
    if (label.text === null) return NOTHING
    this.writer.hashField(field('lead_unit'))
    this.writer.hashInt(label.high)
    let number = this.#unitNumbers.get(label)
    if (number === undefined) {
      number = this.units.number([label.text], ['unit'])
      if (this.#unitNumbers.size >= 10 * MAX_DISTINCT) this.#unitNumbers.clear()
      this.#unitNumbers.set(label, number)
    }
    return number
  }

  #writeCaller(tokens: Tokenizer): void {
    for (const column of this.#options.mapping.columns.get('caller_raw_drop')!) {
      const raw = fieldText(tokens, column).trim()
      if (this.#isNull(raw)) continue
      let key = this.#callers.get(raw)
      if (key === undefined) {
        key = callerKey(this.#options.callerSecret, raw)
        if (this.#callers.size >= MAX_DISTINCT) this.#callers.clear()
        this.#callers.set(raw, key)
      }
      if (key === null) continue
      this.writer.hashField(field('caller_raw_drop'))
      this.writer.text(key, true)
      return
    }
    this.writer.null()
  }

  #hasPoint(): boolean {
    return this.#column.has('lng') && this.#column.has('lat')
  }

  /** Longitude and latitude; outside the globe or (0, 0) is none; swapped ones are put right where only that fits. */
  #writePoint(tokens: Tokenizer): void {
    const { writer } = this
    let lng = this.#number(tokens, 'lng')
    let lat = this.#number(tokens, 'lat')
    if (Number.isNaN(lng) || Number.isNaN(lat) || (lng === 0 && lat === 0)) {
      writer.null()
      writer.null()
      return
    }
    if (Math.abs(lat) > 90 && Math.abs(lat) <= 180 && Math.abs(lng) <= 90) {
      this.unreadable.point_swapped = (this.unreadable.point_swapped ?? 0) + 1
      const swap = lng
      lng = lat
      lat = swap
    }
    if (Math.abs(lat) > 90 || Math.abs(lng) > 180) {
      this.unreadable.point = (this.unreadable.point ?? 0) + 1
      writer.null()
      writer.null()
      return
    }
    // Seven decimals are a centimetre: the same point in another spelling is the same point.
    const x = Math.round(lng * 1e7)
    const y = Math.round(lat * 1e7)
    writer.hashField(field('lng'))
    writer.hashInt(x | 0)
    writer.hashInt(y | 0)
    writer.fixed7(x)
    writer.fixed7(y)
  }

  #number(tokens: Tokenizer, name: TicketField): number {
    const i = this.#column.get(name)!
    const from = tokens.starts[i]!
    const until = tokens.ends[i]!
    if (from === until) return NaN
    const text = tokens.data.toString('latin1', from, until)
    return /^\s*[-+]?\d{1,3}(?:\.\d+)?\s*$/.test(text) ? Number(text) : NaN
  }

  #writeCount(tokens: Tokenizer, name: TicketField): void {
    const { text } = this.#label(tokens, name)
    const count = text === null ? NaN : YES.has(text.toLowerCase()) ? 1 : /^\d{1,6}(?:\.0)?$/.test(text) ? Number(text) : /^(?:false|否|no)$/i.test(text) ? 0 : NaN
    if (Number.isNaN(count)) {
      this.writer.null()
      return
    }
    this.writer.hashField(field(name))
    this.writer.hashInt(count)
    this.writer.int(count)
  }

  #writeText(tokens: Tokenizer, name: TicketField): void {
    const { writer } = this
    const i = this.#column.get(name)!
    const { data } = tokens
    let from = tokens.starts[i]!
    let until = tokens.ends[i]!
    while (from < until && data[from]! <= 32) from++
    while (from < until && data[until - 1]! <= 32) until--
    if (from === until || (until - from < 16 && this.#nullBytes.has(data.toString('latin1', from, until)))) {
      writer.null()
      return
    }
    writer.hashField(field(name))
    if (tokens.escaped[i] === 0 && isPlain(data, from, until)) {
      writer.bytes(data, from, until, true)
      return
    }
    writer.text(redact(fieldText(tokens, i).trim()), true)
  }

  #text(tokens: Tokenizer, name: TicketField): string {
    return fieldText(tokens, this.#column.get(name)!).trim()
  }

  #isNull(text: string): boolean {
    return text === '' || (text.length < 40 && this.#nulls.has(text.normalize('NFKC').trim().toLowerCase()))
  }
}

function isTotal(text: string): boolean {
  return TOTALS.test(text.normalize('NFKC').trim())
}

function toLabel(text: string | null): Label {
  const bytes = Buffer.from(text ?? '')
  let high = 0x811c9dc5 | 0
  for (const c of bytes) high = Math.imul(high ^ c, 0x01000193)
  return { text, bytes, high: mix(high) }
}

/** ASCII without '@' and without four digits in a row: nothing there that redaction could find. */
function isPlain(data: Buffer, from: number, until: number): boolean {
  let run = 0
  for (let i = from; i < until; i++) {
    const c = data[i]!
    if (c > 127 || c === 64) return false
    run = c >= 48 && c <= 57 ? run + 1 : 0
    if (run >= 4) return false
  }
  return true
}
