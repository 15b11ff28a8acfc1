/**
 * Free text (title, content, address), redacted before it is written. Plain ASCII without anything that redaction could
 * find is copied as bytes.
 */
import { redact } from '../../features/redact.ts'
import { isPlain, TEXTS } from './cells.ts'
import type { FieldColumn, RowColumns } from './row-columns.ts'
import { fieldText } from './tokenizer.ts'
import type { Tokenizer } from './tokenizer.ts'

export class TextColumns {
  /** Fields written, in their order. */
  readonly names: string[]
  readonly #columns: RowColumns
  readonly #texts: FieldColumn[]

  constructor(columns: RowColumns) {
    this.#columns = columns
    this.#texts = columns.plain(TEXTS)
    this.names = columns.mapped(TEXTS)
  }

  write(tokens: Tokenizer): void {
    for (let i = 0; i < this.#texts.length; i++) this.#writeOne(tokens, this.#texts[i]!)
  }

  #writeOne(tokens: Tokenizer, { column: i, field }: FieldColumn): void {
    const { writer } = this.#columns
    const { data } = tokens
    let from = tokens.starts[i]!
    let until = tokens.ends[i]!
    while (from < until && data[from]! <= 32) from++
    while (from < until && data[until - 1]! <= 32) until--
    if (this.#columns.isNullBytes(data, from, until)) {
      writer.null()
      return
    }
    writer.hashField(field)
    if (tokens.escaped[i] === 0 && isPlain(data, from, until)) writer.bytes(data, from, until, true)
    else writer.text(redact(fieldText(tokens, i).trim()), true)
  }
}
