/**
 * Who wrote? The first caller's column that says something becomes a keyed hash; the cell itself goes nowhere.
 */
import { callerKey } from '../../features/caller-key.ts'
import { FIELD } from './row-columns.ts'
import type { RowColumns } from './row-columns.ts'
import { fieldText } from './tokenizer.ts'
import type { Tokenizer } from './tokenizer.ts'

/** Keys kept for callers who write again soon. */
const MAX_DISTINCT = 20_000

export class CallerColumns {
  readonly #columns: RowColumns
  readonly #at: number[]
  readonly #secret: Buffer
  readonly #keys = new Map<string, string | null>()

  /** @param at  columns of the file, best first */
  constructor(columns: RowColumns, at: number[], secret: Buffer) {
    this.#columns = columns
    this.#at = at
    this.#secret = secret
  }

  write(tokens: Tokenizer): void {
    const { writer } = this.#columns
    for (const column of this.#at) {
      const raw = fieldText(tokens, column).trim()
      if (this.#columns.isNull(raw)) continue
      const key = this.#key(raw)
      if (key === null) continue
      writer.hashField(FIELD.caller_raw_drop)
      writer.text(key, true)
      return
    }
    writer.null()
  }

  #key(raw: string): string | null {
    let key = this.#keys.get(raw)
    if (key === undefined) {
      key = callerKey(this.#secret, raw)
      if (this.#keys.size >= MAX_DISTINCT) this.#keys.clear()
      this.#keys.set(raw, key)
    }
    return key
  }
}
