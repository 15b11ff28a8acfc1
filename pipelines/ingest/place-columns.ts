/**
 * Where is a ticket? From the columns of the levels, or from its text where the preset says so and they are empty.
 */
import { placesInText } from '../../features/places-in-text.ts'
import { PLACES, TEXTS } from './cells.ts'
import { CodeTree } from './label-column.ts'
import type { LabelColumn } from './label-column.ts'
import { cleanName, PathRegistry } from './registry.ts'
import type { RowColumns } from './row-columns.ts'
import type { StageWriter } from './stage-writer.ts'
import { fieldText } from './tokenizer.ts'
import type { Tokenizer } from './tokenizer.ts'

export class PlaceColumns {
  readonly registry: PathRegistry
  readonly #writer: StageWriter
  readonly #kinds: (typeof PLACES)[number][]
  readonly #columns: LabelColumn[]
  readonly #texts: number[]
  readonly #searchText: boolean
  readonly #tree = new CodeTree()
  readonly #numbers: number[] = []

  constructor(columns: RowColumns, city: string) {
    this.registry = new PathRegistry(cleanName(city), 'city')
    this.registry.number([], []) // the root: tickets without any place
    this.#writer = columns.writer
    this.#kinds = columns.mapped(PLACES)
    this.#columns = columns.labels(PLACES)
    this.#texts = columns.plain(TEXTS).map(({ column }) => column)
    this.#searchText = columns.preset.places === 'text'
  }

  /** Writes the number of the row's place. */
  write(tokens: Tokenizer, repeated: boolean): void {
    const node = this.#tree.follow(this.#columns, tokens, this.#writer)
    let number = this.#numbers[node]
    if (number === undefined) {
      number = this.registry.number(this.#columns.map((column) => column.get(tokens).text), this.#kinds)
      this.#numbers[node] = number
    }
    if (number === 0 && this.#searchText) number = this.#fromText(tokens)
    if (!repeated) this.registry.rows[number]!++
    this.#writer.int(number)
  }

  #fromText(tokens: Tokenizer): number {
    const found = placesInText(this.#texts.map((column) => fieldText(tokens, column)).join('。'))
    return this.registry.number([found.district, found.street, found.compound], ['district', 'street', 'compound'])
  }
}
