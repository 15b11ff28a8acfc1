/**
 * Short cells that repeat (state, channel, satisfaction, counts, secrecy, lead unit), written as they are understood.
 */
import { COUNTS, LABELS, toCount, yesOrNo } from './cells.ts'
import type { LabelColumn } from './label-column.ts'
import { PathRegistry } from './registry.ts'
import type { RowColumns } from './row-columns.ts'
import type { StageWriter } from './stage-writer.ts'
import type { Tokenizer } from './tokenizer.ts'

export class LabelFields {
  /** Fields written by `write`, in their order. */
  readonly names: string[]
  readonly units = new PathRegistry('', 'unit')
  readonly #writer: StageWriter
  readonly #labels: LabelColumn[]
  readonly #counts: LabelColumn[]
  readonly #secret: LabelColumn | undefined
  readonly #unit: LabelColumn | undefined
  readonly #unitNumbers: number[] = []

  constructor(columns: RowColumns) {
    this.#writer = columns.writer
    this.#labels = columns.labels(LABELS)
    this.#counts = columns.labels(COUNTS)
    this.#secret = columns.labels(['is_secret'])[0]
    this.#unit = columns.labels(['lead_unit'])[0]
    this.names = columns.mapped([...LABELS, ...COUNTS, 'is_secret'])
  }

  /** Writes the number of the lead unit, where the file has that column. */
  writeUnit(tokens: Tokenizer): void {
    if (!this.#unit) return
    const label = this.#unit.get(tokens)
    if (label.text === null) {
      this.#writer.null()
      return
    }
    this.#writer.hashField(this.#unit.field)
    this.#writer.hashInt(label.hash)
    this.#writer.int(this.#unitNumbers[label.code] ??= this.units.number([label.text], ['unit']))
  }

  write(tokens: Tokenizer): void {
    const writer = this.#writer
    for (let i = 0; i < this.#labels.length; i++) {
      const column = this.#labels[i]!
      const label = column.get(tokens)
      if (label.text === null) writer.null()
      else {
        writer.hashField(column.field)
        writer.bytes(label.bytes, 0, label.bytes.length, true)
      }
    }
    for (let i = 0; i < this.#counts.length; i++) this.#writeCount(tokens, this.#counts[i]!)
    if (!this.#secret) return
    const { text } = this.#secret.get(tokens)
    const secret = text !== null && yesOrNo(text) === true
    writer.hashField(this.#secret.field)
    writer.hashInt(secret ? 1 : 0)
    writer.text(secret ? 't' : 'f', false)
  }

  #writeCount(tokens: Tokenizer, column: LabelColumn): void {
    const count = toCount(column.get(tokens).text)
    if (Number.isNaN(count)) {
      this.#writer.null()
      return
    }
    this.#writer.hashField(column.field)
    this.#writer.hashInt(count)
    this.#writer.int(count)
  }
}
