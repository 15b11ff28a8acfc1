/**
 * Where is a ticket? From the columns of the levels; where they are empty, from names of the registry in its texts, from names that look
 * like places where the preset says so, and from its point within the outlines. What is not found stays at the city, and is counted.
 */
import { convertPoint } from '../../features/datum.ts'
import { knownPlace, recognisePlaces } from '../../features/recognise-places.ts'
import type { KnownPlaces } from '../places/known-places.ts'
import { degrees, PLACES, TEXTS } from './cells.ts'
import { CodeTree } from './label-column.ts'
import type { LabelColumn } from './label-column.ts'
import { cleanName, PathRegistry } from './registry.ts'
import type { RowColumns } from './row-columns.ts'
import type { StageWriter } from './stage-writer.ts'
import { fieldText } from './tokenizer.ts'
import type { Tokenizer } from './tokenizer.ts'

/** Known names below this are believed by a person only: short ones, and those of several places. */
const LEAST_CONFIDENCE = 0.7

export class PlaceColumns {
  readonly registry: PathRegistry
  readonly #writer: StageWriter
  readonly #kinds: (typeof PLACES)[number][]
  readonly #columns: LabelColumn[]
  readonly #texts: number[]
  readonly #searchText: boolean
  readonly #tree = new CodeTree()
  readonly #numbers: number[] = []
  readonly #known: KnownPlaces | undefined
  readonly #point: readonly [lng: number, lat: number] | null
  /** Rows by what gave them their place. */
  readonly placedBy = { columns: 0, registry: 0, text: 0, point: 0, none: 0 }

  constructor(columns: RowColumns, city: string, known?: KnownPlaces) {
    this.#known = known
    this.#point = columns.has('lng') && columns.has('lat') ? [columns.at('lng'), columns.at('lat')] : null
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
    let by: keyof PlaceColumns['placedBy'] = 'columns'
    if (number === 0) {
      by = 'none'
      const texts = this.#known?.gazetteer || this.#searchText ? this.#texts.map((column) => fieldText(tokens, column)) : []
      if (this.#known?.gazetteer && (number = this.#fromRegistry(texts)) !== 0) by = 'registry'
      else if (this.#searchText && (number = this.#fromText(texts)) !== 0) by = 'text'
      else if (this.#point && this.#known && this.#known.outlines.size > 0 && (number = this.#fromPoint(tokens)) !== 0) by = 'point'
    }
    if (!repeated) {
      this.registry.rows[number]!++
      this.placedBy[by]++
    }
    this.#writer.int(number)
  }

  #fromRegistry(texts: readonly string[]): number {
    const place = knownPlace(texts, this.#known!.gazetteer!)
    return place && place.confidence >= LEAST_CONFIDENCE ? this.#numberOf(place.path!) : 0
  }

  #fromPoint(tokens: Tokenizer): number {
    const [lng, lat] = [degrees(tokens, this.#point![0]), degrees(tokens, this.#point![1])]
    if (Number.isNaN(lng) || Number.isNaN(lat) || Math.abs(lat) > 90 || Math.abs(lng) > 180) return 0
    const point = convertPoint({ lng, lat }, this.#known!.datum, 'WGS-84')
    const found = this.#known!.outlines.locate(point.lng, point.lat)
    return found ? this.#numberOf(found.value) : 0
  }

  #numberOf(path: readonly string[]): number {
    return this.registry.number(path, path.map((_, i) => this.#known!.kinds.get(path.slice(0, i + 1).join('›')) ?? 'compound'))
  }

  #fromText(texts: readonly string[]): number {
    const { district, street, site } = recognisePlaces(texts, null)
    return this.registry.number([district?.name ?? null, street?.name ?? null, site?.name ?? null], ['district', 'street', site?.kind ?? 'compound'])
  }
}
