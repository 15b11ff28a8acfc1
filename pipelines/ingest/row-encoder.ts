/**
 * What does each cell of a record become in the staging table? Compiled once a file from preset and mapping, then called
 * once a record. Cells that repeat (places, topics, states) are understood once per distinct spelling.
 */
import { callerKey } from '../../features/caller-key.ts'
import { placesInText } from '../../features/places-in-text.ts'
import { redact } from '../../features/redact.ts'
import { COUNTS, degrees, isPlain, isScientific, isTotal, LABELS, PLACES, startsWithTotal, TEXTS, TIMES, toCount, TOPICS, yesOrNo } from './cells.ts'
import { isoSeconds, parseTime, wallClock } from './dates.ts'
import { normaliseHeader } from './header.ts'
import type { Mapping } from './header.ts'
import type { Preset, TicketField } from './presets.ts'
import { TICKET_FIELDS } from './presets.ts'
import { CodeTree, LabelColumn } from './label-column.ts'
import { cleanName, PathRegistry, splitTopicPath, UNKNOWN_TOPIC } from './registry.ts'
import { RepeatFilter } from './repeats.ts'
import { RowStatistics } from './row-statistics.ts'
import { mix, StageWriter } from './stage-writer.ts'
import { fieldText } from './tokenizer.ts'
import type { Tokenizer } from './tokenizer.ts'

export interface EncoderOptions {
  preset: Preset
  mapping: Mapping
  city: string
  callerSecret: Buffer
  recorded: 'auto' | 'accepted' | 'arrival'
  /** Wall clock of the import in UTC seconds: later times are refused. */
  nowSeconds: number
}

/** 1990-01-01: hotlines have no older tickets. */
const OLDEST_SECONDS = 631152000
const MAX_DISTINCT = 20_000

type TimeOutcome = 'time' | 'empty' | 'unreadable'
interface TimeColumn { name: string, column: number, field: number }
type TextColumn = TimeColumn

const FIELD = Object.fromEntries(TICKET_FIELDS.map((name, i) => [name, i])) as Record<TicketField, number>

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
  /** Rows rejected so far. */
  rejected = 0
  readonly statistics = new RowStatistics()

  readonly #options: EncoderOptions
  readonly #nulls: Set<string>
  readonly #nullBytes: Set<string>
  readonly #wall: (utcSeconds: number) => number
  readonly #latest: number
  /** Wall clock until which an arrival time is assumed to be the accepted time. */
  readonly #assumedUntil: number
  readonly #column = new Map<TicketField, number>()
  readonly #labels = new Map<TicketField, LabelColumn>()
  readonly #placeTree = new CodeTree()
  readonly #placeNumbers: number[] = []
  readonly #topicTree = new CodeTree()
  readonly #topicNumbers: number[] = []
  readonly #unitNumbers: number[] = []
  readonly #callers = new Map<string, string | null>()
  readonly #times: TimeColumn[]
  readonly #texts: TextColumn[]
  readonly #labelColumns: LabelColumn[]
  readonly #counts: LabelColumn[]
  readonly #placeFields: (typeof PLACES)[number][]
  readonly #placeColumns: LabelColumn[]
  readonly #topicFields: ('topic_path' | (typeof TOPICS)[number])[]
  readonly #topicColumns: LabelColumn[]
  readonly #unit: LabelColumn | undefined
  readonly #channel: LabelColumn | undefined
  readonly #secret: LabelColumn | undefined
  readonly #recorded: TimeColumn | undefined
  readonly #callerColumns: number[] | undefined
  // The row at hand: its ticket number's bytes, and the time read last.
  #numberData: Buffer = Buffer.alloc(0)
  #numberFrom = 0
  #numberUntil = 0
  #seconds = 0
  #utc = false
  readonly #number: number
  readonly #accepted: number
  readonly #lng: number
  readonly #lat: number
  readonly #searchText: boolean

  constructor(options: EncoderOptions) {
    this.#options = options
    const { preset, mapping } = options
    this.places = new PathRegistry(cleanName(options.city), 'city')
    this.#nulls = new Set(preset.nulls.map((token) => token.normalize('NFKC').trim().toLowerCase()))
    this.#nullBytes = new Set(preset.nulls.map((token) => Buffer.from(token).toString('latin1')))
    this.#wall = wallClock(preset.time_zone)
    const now = this.#wall(options.nowSeconds)
    this.#latest = now + 86400
    this.#assumedUntil = options.recorded === 'arrival' ? -Infinity : options.recorded === 'accepted' ? Infinity : now - 3 * 86400
    for (const [name, columns] of mapping.columns) if (name !== 'ignore') this.#column.set(name, columns[0]!)
    const mapped = <T extends TicketField>(fields: readonly T[]): T[] => fields.filter((name) => this.#column.has(name))
    const plain = <T extends TicketField>(name: T): { name: T, column: number, field: number } => ({ name, column: this.#column.get(name)!, field: FIELD[name] })
    const times = mapped(TIMES)
    const texts = mapped(TEXTS)
    const labels = mapped(LABELS)
    const counts = mapped(COUNTS)
    const levels = mapped(TOPICS)
    this.#times = times.map(plain)
    this.#texts = texts.map(plain)
    this.#labelColumns = labels.map((name) => this.#labelColumn(name))
    this.#counts = counts.map((name) => this.#labelColumn(name))
    this.#placeFields = mapped(PLACES)
    this.#placeColumns = this.#placeFields.map((name) => this.#labelColumn(name))
    this.#topicFields = levels.length > 0 ? levels : mapped(['topic_path'])
    this.#topicColumns = this.#topicFields.map((name) => this.#labelColumn(name))
    this.#unit = mapped(['lead_unit']).map((name) => this.#labelColumn(name))[0]
    this.#channel = mapped(['channel']).map((name) => this.#labelColumn(name))[0]
    this.#secret = mapped(['is_secret']).map((name) => this.#labelColumn(name))[0]
    this.#recorded = mapped(['recorded_at']).map(plain)[0]
    this.#callerColumns = mapping.columns.get('caller_raw_drop')
    this.#number = this.#column.get('ticket_no')!
    this.#accepted = this.#column.get('accepted_at')!
    const hasPoint = this.#column.has('lng') && this.#column.has('lat')
    this.#lng = hasPoint ? this.#column.get('lng')! : -1
    this.#lat = hasPoint ? this.#column.get('lat')! : -1
    this.#searchText = preset.places === 'text'
    this.places.number([], []) // the root: tickets without any place
    this.columns = [
      'line', 'fault', 'repeated', 'ticket_no', 'accepted_at', 'day', ...mapped(['recorded_at']), ...times, 'place_no', 'topic_no',
      ...(this.#unit ? ['unit_no'] : []), ...(this.#callerColumns ? ['caller_key'] : []), ...(hasPoint ? ['lng', 'lat'] : []),
      ...labels, ...counts, ...mapped(['is_secret']), ...texts, 'row_hash',
    ]
  }

  /** Writes the tokenizer's record, as a ticket or as a reject; a record of empty cells is no record. */
  encode(tokens: Tokenizer, line: number): void {
    if (tokens.fault !== '') {
      const total = tokens.fault === 'wrong_columns' && startsWithTotal(tokens)
      const detail = tokens.fault === 'wrong_columns' ? `${tokens.count} columns, expected ${this.#options.mapping.header.length}` : null
      this.reject(tokens, line, total ? 'total_row' : tokens.fault, detail, false)
      return
    }
    const hasNumber = this.#ticketNumber(tokens)
    const accepted = this.#time(tokens, this.#accepted)
    const fault = this.#judge(tokens, hasNumber, accepted)
    if (fault !== '') {
      if (fault === 'empty') return
      const column = fault.startsWith('ticket_no') ? this.#number : this.#accepted
      this.reject(tokens, line, fault, redact(fieldText(tokens, column).trim().slice(0, 200)), true)
      return
    }
    this.read++
    this.#write(tokens, line)
  }

  /** Writes a record that is no ticket, with its mapped cells but the caller's, redacted. */
  reject(tokens: Tokenizer, line: number, reason: string, detail: string | null, withCells: boolean): void {
    this.read++
    this.rejected++
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

  /** `#ticketNumber` and `#time` of the accepted time have just been read. */
  #write(tokens: Tokenizer, line: number): void {
    const { writer, statistics } = this
    writer.begin(line)
    writer.null()
    let repeated = this.#isRepeated()
    if (repeated) {
      this.repeated = true
      writer.text('t', false)
    } else writer.null()
    // Past the filter's limit every row says so: then all are counted.
    repeated &&= this.repeats.exact
    writer.bytes(this.#numberData, this.#numberFrom, this.#numberUntil, true)
    const wall = this.#writeTime(FIELD.accepted_at)
    const day = Math.floor(wall / 86400)
    writer.date(day)
    if (!repeated) statistics.addDay(day)
    if (this.#recorded) {
      const recorded = this.#optionalTime(tokens, this.#recorded)
      if (recorded) writer.time(this.#seconds, this.#utc)
      else writer.null()
      if (!recorded && !repeated) this.#countAssumed(wall)
    } else if (!repeated) this.#countAssumed(wall)
    for (let i = 0; i < this.#times.length; i++) {
      const column = this.#times[i]!
      if (this.#optionalTime(tokens, column)) {
        const at = this.#writeTime(column.field)
        if (at < wall && !repeated && column.field === FIELD.closed_at) statistics.backwards++
      } else writer.null()
    }
    writer.int(this.#placeNumber(tokens, repeated))
    const topic = this.#topicNumber(tokens, repeated)
    writer.int(topic)
    if (!repeated) statistics.addHour(Math.floor(wall / 3600), this.#channel ? this.#channel.get(tokens).text : null, topic)
    if (this.#unit) this.#writeUnit(tokens, this.#unit)
    if (this.#callerColumns) this.#writeCaller(tokens, this.#callerColumns)
    if (this.#lng >= 0) this.#writePoint(tokens, repeated)
    for (let i = 0; i < this.#labelColumns.length; i++) {
      const column = this.#labelColumns[i]!
      const label = column.get(tokens)
      if (label.text === null) writer.null()
      else {
        writer.hashField(column.field)
        writer.bytes(label.bytes, 0, label.bytes.length, true)
      }
    }
    for (let i = 0; i < this.#counts.length; i++) this.#writeCount(tokens, this.#counts[i]!)
    if (this.#secret) {
      const { text } = this.#secret.get(tokens)
      const secret = text !== null && yesOrNo(text) === true
      writer.hashField(FIELD.is_secret)
      writer.hashInt(secret ? 1 : 0)
      writer.text(secret ? 't' : 'f', false)
    }
    for (let i = 0; i < this.#texts.length; i++) this.#writeText(tokens, this.#texts[i]!)
    writer.hash()
    writer.end()
  }

  #countAssumed(wall: number): void {
    if (wall <= this.#assumedUntil) this.statistics.assumed++
  }

  #judge(tokens: Tokenizer, hasNumber: boolean, accepted: TimeOutcome): string {
    if (!hasNumber) {
      let first = ''
      for (let i = 0; i < tokens.count && first === ''; i++) first = fieldText(tokens, i).trim()
      if (first === '') return 'empty'
      return isTotal(first) ? 'total_row' : 'ticket_no_missing'
    }
    const length = this.#numberUntil - this.#numberFrom
    if (accepted !== 'time') {
      if (isTotal(this.#numberText())) return 'total_row'
      if (accepted === 'empty') return 'accepted_at_missing'
      const cell = normaliseHeader(fieldText(tokens, this.#accepted))
      return cell === normaliseHeader(this.#options.mapping.header[this.#accepted]!) ? 'repeated_header' : 'accepted_at_unreadable'
    }
    if (length > 200) return 'ticket_no_too_long'
    if (length < 12 && isScientific(this.#numberText())) return 'ticket_no_scientific'
    const wall = this.#utc ? this.#wall(this.#seconds) : this.#seconds
    if (wall > this.#latest) return 'accepted_in_future'
    if (wall < OLDEST_SECONDS) return 'accepted_too_old'
    const drops = this.#options.preset.drop_where
    if (drops) {
      for (const [name, values] of Object.entries(drops) as [TicketField, string[]][]) {
        if (this.#column.has(name) && values.includes(this.#labelColumn(name).get(tokens).text ?? '')) return 'not_a_ticket'
      }
    }
    return ''
  }

  /** Finds the trimmed number, in ASCII digits, in the record itself where it can; false where there is none. */
  #ticketNumber(tokens: Tokenizer): boolean {
    const i = this.#number
    const { data } = tokens
    let from = tokens.starts[i]!
    let until = tokens.ends[i]!
    while (from < until && data[from]! <= 32) from++
    while (from < until && data[until - 1]! <= 32) until--
    let plain = tokens.escaped[i] === 0
    for (let p = from; plain && p < until; p++) plain = data[p]! < 128
    if (plain) {
      if (from === until || (until - from < 8 && this.#nullBytes.has(data.toString('latin1', from, until)))) return false
      this.#numberData = data
      this.#numberFrom = from
      this.#numberUntil = until
      return true
    }
    const text = fieldText(tokens, i).normalize('NFKC').trim()
    if (text === '' || this.#nulls.has(text.toLowerCase())) return false
    this.#numberData = Buffer.from(text)
    this.#numberFrom = 0
    this.#numberUntil = this.#numberData.length
    return true
  }

  #numberText(): string {
    return this.#numberData.toString('utf8', this.#numberFrom, this.#numberUntil)
  }

  #isRepeated(): boolean {
    const data = this.#numberData
    const until = this.#numberUntil
    let high = 0x811c9dc5 | 0
    let low = 0x27d4eb2f | 0
    for (let i = this.#numberFrom; i < until; i++) {
      const c = data[i]!
      high = Math.imul(high ^ c, 0x01000193)
      low = Math.imul(low ^ c, 0x5bd1e995)
      low ^= low >>> 15
    }
    return this.repeats.seen(mix(high), mix(low))
  }

  /** Reads a cell's time into `#seconds` and `#utc`. */
  #time(tokens: Tokenizer, i: number): TimeOutcome {
    const from = tokens.starts[i]!
    const until = tokens.ends[i]!
    if (from === until) return 'empty'
    this.#seconds = isoSeconds(tokens.data, from, until)
    this.#utc = false
    if (this.#seconds >= 0) return 'time'
    const text = fieldText(tokens, i).trim()
    if (this.#isNull(text)) return 'empty'
    const time = parseTime(text, this.#options.preset.date_order)
    if (!time) return 'unreadable'
    this.#seconds = time.seconds
    this.#utc = time.utc
    return 'time'
  }

  #optionalTime(tokens: Tokenizer, column: TimeColumn): boolean {
    const outcome = this.#time(tokens, column.column)
    if (outcome === 'empty') return false
    // Far years come from default dates (9999-12-31) and typing errors.
    if (outcome === 'unreadable' || this.#seconds < 0 || this.#seconds > 4102444800) {
      this.#countUnreadable(column.name)
      return false
    }
    return true
  }

  /** Writes the time just read. @returns the wall clock of the source, in seconds */
  #writeTime(fieldNumber: number): number {
    this.writer.time(this.#seconds, this.#utc)
    const wall = this.#utc ? this.#wall(this.#seconds) : this.#seconds
    this.writer.hashField(fieldNumber)
    this.writer.hashInt(wall | 0)
    return wall
  }

  #labelColumn(name: TicketField): LabelColumn {
    let column = this.#labels.get(name)
    if (!column) {
      const hidden = name === 'co_units' || name === 'tags'
      column = new LabelColumn(this.#column.get(name)!, FIELD[name], (text) => {
        const clean = cleanName(text)
        return this.#isNull(clean) ? null : hidden ? redact(clean) : clean
      })
      this.#labels.set(name, column)
    }
    return column
  }

  #placeNumber(tokens: Tokenizer, repeated: boolean): number {
    let node = 0
    for (let i = 0; i < this.#placeColumns.length; i++) {
      const column = this.#placeColumns[i]!
      const label = column.get(tokens)
      node = this.#placeTree.step(node, label.code)
      if (label.text === null) continue
      this.writer.hashField(column.field)
      this.writer.hashInt(label.hash)
    }
    let number = this.#placeNumbers[node]
    if (number === undefined) {
      number = this.places.number(this.#placeColumns.map((column) => column.get(tokens).text), this.#placeFields)
      this.#placeNumbers[node] = number
    }
    if (number === 0 && this.#searchText) number = this.#placeFromText(tokens)
    if (!repeated) this.places.rows[number]!++
    return number
  }

  #placeFromText(tokens: Tokenizer): number {
    const text = this.#texts.map(({ column }) => fieldText(tokens, column)).join('。')
    const found = placesInText(text)
    return this.places.number([found.district, found.street, found.compound], ['district', 'street', 'compound'])
  }

  #topicNumber(tokens: Tokenizer, repeated: boolean): number {
    let node = 0
    for (let i = 0; i < this.#topicColumns.length; i++) {
      const column = this.#topicColumns[i]!
      const label = column.get(tokens)
      node = this.#topicTree.step(node, label.code)
      if (label.text === null) continue
      this.writer.hashField(column.field)
      this.writer.hashInt(label.hash)
    }
    let number = this.#topicNumbers[node]
    if (number === undefined) {
      const cells = this.#topicColumns.map((column) => column.get(tokens).text).filter((text) => text !== null)
      const split = this.#topicFields[0] === 'topic_path' ? cells.flatMap((cell) => splitTopicPath(cell, this.#options.preset)) : cells
      // A level that only repeats the one above adds nothing.
      const names = split.filter((name, i) => name !== split[i - 1])
      number = this.topics.number(names.length > 0 ? names : [UNKNOWN_TOPIC], Array<string>(names.length + 1).fill('topic'))
      this.#topicNumbers[node] = number
    }
    if (!repeated) this.topics.rows[number]!++
    return number
  }

  #writeUnit(tokens: Tokenizer, column: LabelColumn): void {
    const label = column.get(tokens)
    if (label.text === null) {
      this.writer.null()
      return
    }
    this.writer.hashField(column.field)
    this.writer.hashInt(label.hash)
    this.writer.int(this.#unitNumbers[label.code] ??= this.units.number([label.text], ['unit']))
  }

  #writeCaller(tokens: Tokenizer, columns: number[]): void {
    for (const column of columns) {
      const raw = fieldText(tokens, column).trim()
      if (this.#isNull(raw)) continue
      let key = this.#callers.get(raw)
      if (key === undefined) {
        key = callerKey(this.#options.callerSecret, raw)
        if (this.#callers.size >= MAX_DISTINCT) this.#callers.clear()
        this.#callers.set(raw, key)
      }
      if (key === null) continue
      this.writer.hashField(FIELD.caller_raw_drop)
      this.writer.text(key, true)
      return
    }
    this.writer.null()
  }

  /** Longitude and latitude; outside the globe or (0, 0) is none; swapped ones are put right where only that fits. */
  #writePoint(tokens: Tokenizer, repeated: boolean): void {
    const { writer } = this
    let lng = degrees(tokens, this.#lng)
    let lat = degrees(tokens, this.#lat)
    if (Number.isNaN(lng) || Number.isNaN(lat) || (lng === 0 && lat === 0)) {
      writer.null()
      writer.null()
      return
    }
    if (Math.abs(lat) > 90 && Math.abs(lat) <= 180 && Math.abs(lng) <= 90) {
      this.#countUnreadable('point_swapped')
      const swap = lng
      lng = lat
      lat = swap
    }
    if (Math.abs(lat) > 90 || Math.abs(lng) > 180) {
      this.#countUnreadable('point')
      writer.null()
      writer.null()
      return
    }
    // Seven decimals are a centimetre: the same point in another spelling is the same point.
    const x = Math.round(lng * 1e7)
    const y = Math.round(lat * 1e7)
    writer.hashField(FIELD.lng)
    writer.hashInt(x | 0)
    writer.hashInt(y | 0)
    writer.fixed7(x)
    writer.fixed7(y)
    if (!repeated) this.statistics.addPoint(x, y)
  }

  #writeCount(tokens: Tokenizer, column: LabelColumn): void {
    const count = toCount(column.get(tokens).text)
    if (Number.isNaN(count)) {
      this.writer.null()
      return
    }
    this.writer.hashField(column.field)
    this.writer.hashInt(count)
    this.writer.int(count)
  }

  #writeText(tokens: Tokenizer, { column: i, field }: TextColumn): void {
    const { writer } = this
    const { data } = tokens
    let from = tokens.starts[i]!
    let until = tokens.ends[i]!
    while (from < until && data[from]! <= 32) from++
    while (from < until && data[until - 1]! <= 32) until--
    if (from === until || (until - from < 16 && this.#nullBytes.has(data.toString('latin1', from, until)))) {
      writer.null()
      return
    }
    writer.hashField(field)
    if (tokens.escaped[i] === 0 && isPlain(data, from, until)) {
      writer.bytes(data, from, until, true)
      return
    }
    writer.text(redact(fieldText(tokens, i).trim()), true)
  }

  #countUnreadable(what: string): void {
    this.unreadable[what] = (this.unreadable[what] ?? 0) + 1
  }

  #isNull(text: string): boolean {
    return text === '' || (text.length < 40 && this.#nulls.has(text.normalize('NFKC').trim().toLowerCase()))
  }
}
