/**
 * What the readers of one file's columns share: which field stands in which column, which cells say nothing, where a
 * row is written, and what is counted on the way.
 */
import { redact } from '../../features/redact.ts'
import type { Mapping } from './header.ts'
import { LabelColumn } from './label-column.ts'
import type { Preset, TicketField } from './presets.ts'
import { TICKET_FIELDS } from './presets.ts'
import { cleanName } from './registry.ts'
import { RowStatistics } from './row-statistics.ts'
import { StageWriter } from './stage-writer.ts'

/** `field` is the field's number in the row's hash, `column` its place in the file. */
export interface FieldColumn { name: TicketField, column: number, field: number }

/** Numbers of the fields for the row's hash. */
export const FIELD = Object.fromEntries(TICKET_FIELDS.map((name, i) => [name, i])) as Record<TicketField, number>

export class RowColumns {
  readonly preset: Preset
  readonly mapping: Mapping
  readonly writer = new StageWriter()
  readonly statistics = new RowStatistics()
  /** Cells of optional fields that could not be understood and were left out, by field. */
  readonly unreadable: Record<string, number> = {}
  readonly #column = new Map<TicketField, number>()
  readonly #labels = new Map<TicketField, LabelColumn>()
  readonly #nulls: Set<string>
  readonly #nullBytes: Set<string>

  constructor(preset: Preset, mapping: Mapping) {
    this.preset = preset
    this.mapping = mapping
    this.#nulls = new Set(preset.nulls.map((token) => token.normalize('NFKC').trim().toLowerCase()))
    this.#nullBytes = new Set(preset.nulls.map((token) => Buffer.from(token).toString('latin1')))
    for (const [name, columns] of mapping.columns) if (name !== 'ignore') this.#column.set(name, columns[0]!)
  }

  has(name: TicketField): boolean {
    return this.#column.has(name)
  }

  /** Those of the fields that the file has. */
  mapped<T extends TicketField>(fields: readonly T[]): T[] {
    return fields.filter((name) => this.#column.has(name))
  }

  /** Column of a field that the file has. */
  at(name: TicketField): number {
    return this.#column.get(name)!
  }

  /** Columns of those of the fields that the file has. */
  plain(fields: readonly TicketField[]): FieldColumn[] {
    return this.mapped(fields).map((name) => ({ name, column: this.at(name), field: FIELD[name] }))
  }

  /** Repeating cells of those of the fields that the file has. */
  labels(fields: readonly TicketField[]): LabelColumn[] {
    return this.mapped(fields).map((name) => this.label(name))
  }

  /** Repeating cells of a field that the file has; one reader a field. */
  label(name: TicketField): LabelColumn {
    let column = this.#labels.get(name)
    if (!column) {
      const hidden = name === 'co_units' || name === 'tags'
      column = new LabelColumn(this.at(name), FIELD[name], (text) => {
        const clean = cleanName(text)
        return this.isNull(clean) ? null : hidden ? redact(clean) : clean
      })
      this.#labels.set(name, column)
    }
    return column
  }

  /** True where the text says nothing in this preset's words. */
  isNull(text: string): boolean {
    return text === '' || (text.length < 40 && this.#nulls.has(text.normalize('NFKC').trim().toLowerCase()))
  }

  /** The same for the commonest spellings, straight from short cells. */
  isNullBytes(data: Buffer, from: number, until: number): boolean {
    return from === until || (until - from < 16 && this.#nullBytes.has(data.toString('latin1', from, until)))
  }

  countUnreadable(what: string): void {
    this.unreadable[what] = (this.unreadable[what] ?? 0) + 1
  }
}
