/**
 * What is a ticket about? From the columns of the topic's levels, else from one column that holds the whole path.
 */
import { TOPICS } from './cells.ts'
import { CodeTree } from './label-column.ts'
import type { LabelColumn } from './label-column.ts'
import type { Preset } from './presets.ts'
import { PathRegistry, splitTopicPath, UNKNOWN_TOPIC } from './registry.ts'
import type { RowColumns } from './row-columns.ts'
import type { StageWriter } from './stage-writer.ts'
import type { Tokenizer } from './tokenizer.ts'

export class TopicColumns {
  readonly registry = new PathRegistry('', 'topic')
  readonly #writer: StageWriter
  readonly #preset: Preset
  readonly #columns: LabelColumn[]
  readonly #isPath: boolean
  readonly #tree = new CodeTree()
  readonly #numbers: number[] = []

  constructor(columns: RowColumns) {
    this.#writer = columns.writer
    this.#preset = columns.preset
    const levels = columns.labels(TOPICS)
    this.#isPath = levels.length === 0
    this.#columns = this.#isPath ? columns.labels(['topic_path']) : levels
  }

  /** Writes the number of the row's topic. @returns the number */
  write(tokens: Tokenizer, repeated: boolean): number {
    const node = this.#tree.follow(this.#columns, tokens, this.#writer)
    let number = this.#numbers[node]
    if (number === undefined) {
      number = this.#understand(tokens)
      this.#numbers[node] = number
    }
    if (!repeated) this.registry.rows[number]!++
    this.#writer.int(number)
    return number
  }

  #understand(tokens: Tokenizer): number {
    const cells = this.#columns.map((column) => column.get(tokens).text).filter((text) => text !== null)
    const split = this.#isPath ? cells.flatMap((cell) => splitTopicPath(cell, this.#preset)) : cells
    // A level that only repeats the one above adds nothing.
    const names = split.filter((name, i) => name !== split[i - 1])
    return this.registry.number(names.length > 0 ? names : [UNKNOWN_TOPIC], Array<string>(names.length + 1).fill('topic'))
  }
}
