/**
 * What does each record become in the staging table? Put together once a file from preset and mapping, then called once a
 * record. The readers of the columns stand in files of their own; here is the order of a row, and what is rejected.
 */
import { redact } from '../../features/redact.ts'
import { CallerColumns } from './caller-columns.ts'
import type { Mapping } from './header.ts'
import type { LabelColumn } from './label-column.ts'
import { LabelFields } from './label-fields.ts'
import { PlaceColumns } from './place-columns.ts'
import { PointColumns } from './point-columns.ts'
import type { Preset } from './presets.ts'
import type { KnownPlaces } from '../places/known-places.ts'
import type { PathRegistry } from './registry.ts'
import { RowColumns } from './row-columns.ts'
import { besideTable, RowFaults } from './row-faults.ts'
import type { RowStatistics } from './row-statistics.ts'
import type { StageWriter } from './stage-writer.ts'
import { TextColumns } from './text-columns.ts'
import { TicketNumber } from './ticket-number.ts'
import { TimeColumns } from './time-columns.ts'
import { fieldText } from './tokenizer.ts'
import type { Tokenizer } from './tokenizer.ts'
import { TopicColumns } from './topic-columns.ts'

export interface EncoderOptions {
  preset: Preset
  mapping: Mapping
  city: string
  /** What is known of places beforehand. */
  known?: KnownPlaces
  callerSecret: Buffer
  recorded: 'auto' | 'accepted' | 'arrival'
  /** Wall clock of the import in UTC seconds: later times are refused. */
  nowSeconds: number
}

export class RowEncoder {
  readonly writer: StageWriter
  readonly statistics: RowStatistics
  readonly places: PathRegistry
  readonly topics: PathRegistry
  readonly units: PathRegistry
  readonly placedBy: PlaceColumns['placedBy']
  /** Cells of optional fields that could not be understood and were left out, by field. */
  readonly unreadable: Record<string, number>
  /** Columns of the staging table, in the order of the lines written. */
  readonly columns: string[]
  /** Some ticket number came twice, or may have. */
  repeated = false
  /** Records that are tickets or rejects. */
  read = 0
  /** Rows rejected so far. */
  rejected = 0

  readonly #mapping: Mapping
  readonly #number: TicketNumber
  readonly #times: TimeColumns
  readonly #faults: RowFaults
  readonly #places: PlaceColumns
  readonly #topics: TopicColumns
  readonly #fields: LabelFields
  readonly #channel: LabelColumn | undefined
  readonly #callers: CallerColumns | undefined
  readonly #point: PointColumns | undefined
  readonly #texts: TextColumns

  constructor(options: EncoderOptions) {
    const { preset, mapping } = options
    const columns = new RowColumns(preset, mapping)
    this.#mapping = mapping
    this.#number = new TicketNumber(columns)
    this.#times = new TimeColumns(columns, options.recorded, options.nowSeconds)
    this.#faults = new RowFaults(columns, this.#number, this.#times, options.nowSeconds)
    this.#places = new PlaceColumns(columns, options.city, options.known)
    this.#topics = new TopicColumns(columns)
    this.#fields = new LabelFields(columns)
    this.#channel = columns.labels(['channel'])[0]
    const callers = mapping.columns.get('caller_raw_drop')
    if (callers) this.#callers = new CallerColumns(columns, callers, options.callerSecret)
    if (columns.has('lng') && columns.has('lat')) this.#point = new PointColumns(columns)
    this.#texts = new TextColumns(columns)
    this.writer = columns.writer
    this.statistics = columns.statistics
    this.unreadable = columns.unreadable
    this.places = this.#places.registry
    this.placedBy = this.#places.placedBy
    this.topics = this.#topics.registry
    this.units = this.#fields.units
    this.columns = [
      'line', 'fault', 'repeated', 'ticket_no', 'accepted_at', 'day', ...this.#times.names, 'place_no', 'topic_no',
      ...(columns.has('lead_unit') ? ['unit_no'] : []), ...(this.#callers ? ['caller_key'] : []), ...(this.#point ? ['lng', 'lat'] : []),
      ...this.#fields.names, ...this.#texts.names, 'row_hash',
    ]
  }

  /** Writes the tokenizer's record, as a ticket or as a reject; a record of empty cells is no record. */
  encode(tokens: Tokenizer, line: number): void {
    if (tokens.fault !== '') {
      const beside = tokens.fault === 'wrong_columns' && tokens.count > 0 ? besideTable(fieldText(tokens, 0)) : ''
      const detail = tokens.fault === 'wrong_columns' ? `${tokens.count} columns, expected ${this.#mapping.header.length}` : null
      this.reject(tokens, line, beside || tokens.fault, detail, false)
      return
    }
    const hasNumber = this.#number.read(tokens)
    const accepted = this.#times.read(tokens, this.#times.accepted)
    const fault = this.#faults.judge(tokens, hasNumber, accepted)
    if (fault !== '') {
      if (fault === 'empty') return
      const column = fault.startsWith('ticket_no') ? this.#number.column : this.#times.accepted
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
      for (const [name, columns] of this.#mapping.columns) {
        if (name === 'caller_raw_drop' || name === 'ignore') continue
        const text = fieldText(tokens, columns[0]!).trim().slice(0, 500)
        if (text !== '') raw[this.#mapping.header[columns[0]!]!] = redact(text)
      }
    }
    const fault = JSON.stringify({ reason, detail, raw: withCells ? raw : null }).replaceAll('\\u0000', '')
    this.writer.begin(line)
    this.writer.text(fault, false)
    for (let i = 2; i < this.columns.length; i++) this.writer.null()
    this.writer.end()
  }

  /** The ticket's number and, last, its accepted time have just been read. The order is that of `columns`. */
  #write(tokens: Tokenizer, line: number): void {
    const { writer, statistics } = this
    const number = this.#number
    writer.begin(line)
    writer.null()
    let repeated = number.isRepeated()
    if (repeated) {
      this.repeated = true
      writer.text('t', false)
    } else writer.null()
    // Past the filter's limit every row says so: then all are counted.
    repeated &&= number.repeats.exact
    writer.bytes(number.data, number.from, number.until, true)
    const wall = this.#times.writeAccepted()
    if (!repeated) statistics.addDay(Math.floor(wall / 86400))
    this.#times.writeOthers(tokens, wall, repeated)
    this.#places.write(tokens, repeated)
    const topic = this.#topics.write(tokens, repeated)
    if (!repeated) statistics.addHour(wall, this.#channel ? this.#channel.get(tokens).text : null, topic)
    this.#fields.writeUnit(tokens)
    if (this.#callers) this.#callers.write(tokens)
    if (this.#point) this.#point.write(tokens, repeated)
    this.#fields.write(tokens)
    this.#texts.write(tokens)
    writer.hash()
    writer.end()
  }
}
