/**
 * Longitude and latitude: outside the globe or (0, 0) is none; swapped ones are put right where only that fits.
 */
import { degrees } from './cells.ts'
import { FIELD } from './row-columns.ts'
import type { RowColumns } from './row-columns.ts'
import type { Tokenizer } from './tokenizer.ts'

export class PointColumns {
  readonly #columns: RowColumns
  readonly #lng: number
  readonly #lat: number

  /** The file has both columns. */
  constructor(columns: RowColumns) {
    this.#columns = columns
    this.#lng = columns.at('lng')
    this.#lat = columns.at('lat')
  }

  write(tokens: Tokenizer, repeated: boolean): void {
    const { writer, statistics } = this.#columns
    let lng = degrees(tokens, this.#lng)
    let lat = degrees(tokens, this.#lat)
    if (Number.isNaN(lng) || Number.isNaN(lat) || (lng === 0 && lat === 0)) {
      writer.null()
      writer.null()
      return
    }
    if (Math.abs(lat) > 90 && Math.abs(lat) <= 180 && Math.abs(lng) <= 90) {
      this.#columns.countUnreadable('point_swapped')
      const swap = lng
      lng = lat
      lat = swap
    }
    if (Math.abs(lat) > 90 || Math.abs(lng) > 180) {
      this.#columns.countUnreadable('point')
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
    if (!repeated) statistics.addPoint(x, y)
  }
}
