/**
 * Which topic is a text about, and how sure is that? Multinomial logistic regression on hashed n-grams, fitted by stochastic gradient
 * descent (Bottou (2010), COMPSTAT, 177-186), confidences calibrated by one temperature (Guo, Pleiss, Sun, Weinberger (2017), ICML).
 */
import { resolveOptions } from '../../core/options.ts'
import type { Rng } from '../../core/rng.ts'
import { GramReader, gramRoom } from './grams.ts'

export interface TopicTrainingOptions {
  /** 2 ** bits grams are told apart. */
  bits: number
  /** Fewest texts of a gram that is weighed, and most grams. */
  leastTexts: number
  mostGrams: number
  /** Passes over the texts; step of the first and of the last. */
  epochs: number
  firstStep: number
  lastStep: number
  /** Shrinkage of the weights of a seen gram at each step. */
  decay: number
}

export const TOPIC_TRAINING_DEFAULTS: Readonly<TopicTrainingOptions> = {
  bits: 18, leastTexts: 2, mostGrams: 60_000, epochs: 8, firstStep: 6, lastStep: 0.6, decay: 1e-5,
}
const RANGES = {
  bits: [10, 22, 'whole'], leastTexts: [1, 1000, 'whole'], mostGrams: [100, 2_000_000, 'whole'], epochs: [1, 200, 'whole'], firstStep: [1e-3, 100], lastStep: [1e-4, 100], decay: [0, 0.1],
} as const

export interface LabelledText { title: string, content: string, label: number }
export interface Guess { label: number, confidence: number }

/** Occurrences in the title count this often. */
const TITLE_WEIGHT = 3

export class TopicClassifier {
  readonly bits: number
  readonly labels: number
  /** Row of each gram, -1 for none; weights row by row, `labels` each; row 0 is every text's. */
  readonly rows: Int32Array
  readonly weights: Float32Array
  /** Confidences are of scores divided by this. */
  temperature = 1
  readonly #reader: GramReader
  readonly #room = gramRoom()
  readonly #active = new Int32Array(3300)
  readonly #values = new Float32Array(3300)
  readonly #scores: Float64Array
  #size = 0

  constructor(bits: number, labels: number, rows: Int32Array, weights: Float32Array) {
    this.bits = bits
    this.labels = labels
    this.rows = rows
    this.weights = weights
    this.#reader = new GramReader(bits)
    this.#scores = new Float64Array(labels)
  }

  /** The likeliest label and its calibrated probability; NaN where the text has no gram that was ever weighed. O(grams · labels). */
  guess(title: string, content: string): Guess {
    this.#read(title, content)
    if (this.#size <= 1) return { label: -1, confidence: NaN }
    return this.#best(this.#score())
  }

  /** Scores of all labels before the softmax; overwritten by the next text. */
  scores(title: string, content: string): Float64Array {
    this.#read(title, content)
    return this.#score()
  }

  /** One step down the gradient of the text's own loss. */
  step({ title, content, label }: LabelledText, size: number, decay: number): void {
    this.#read(title, content)
    const { labels, weights } = this
    const p = softmax(this.#score(), 1)
    for (let i = 0; i < this.#size; i++) {
      const from = this.#active[i]! * labels
      const rate = size * this.#values[i]!
      for (let k = 0; k < labels; k++) weights[from + k] = weights[from + k]! * (1 - size * decay) - rate * (p[k]! - (k === label ? 1 : 0))
    }
  }

  /** Grams of a text with their rows, weighted 1 + ln tf and scaled to length 1; row 0 first. */
  #read(title: string, content: string): void {
    this.#reader.clear()
    this.#reader.add(title, TITLE_WEIGHT)
    this.#reader.add(content, 1)
    this.#reader.read(this.#room)
    const { ids, counts, size } = this.#room
    let n = 1
    let square = 0
    for (let i = 0; i < size; i++) {
      const row = this.rows[ids[i]!]!
      if (row < 0) continue
      const value = 1 + Math.log(counts[i]!)
      this.#active[n] = row
      this.#values[n++] = value
      square += value * value
    }
    const scale = square > 0 ? 1 / Math.sqrt(square) : 0
    for (let i = 1; i < n; i++) this.#values[i]! *= scale
    this.#active[0] = 0
    this.#values[0] = 0.3
    this.#size = n
  }

  #score(): Float64Array {
    const { labels, weights } = this
    const scores = this.#scores.fill(0)
    for (let i = 0; i < this.#size; i++) {
      const from = this.#active[i]! * labels
      const value = this.#values[i]!
      for (let k = 0; k < labels; k++) scores[k]! += value * weights[from + k]!
    }
    return scores
  }

  #best(scores: Float64Array): Guess {
    const p = softmax(scores, this.temperature)
    let label = 0
    for (let k = 1; k < p.length; k++) if (p[k]! > p[label]!) label = k
    return { label, confidence: p[label]! }
  }
}

/**
 * Trains on the texts in an order that `random` draws; the same texts and seed give the same weights.
 *
 * @param labels  how many there are; those of the texts are below
 * @throws {InvalidOptionError}
 */
export function trainTopics(texts: readonly LabelledText[], labels: number, random: Rng, given: Partial<TopicTrainingOptions> = {}): TopicClassifier {
  const options = resolveOptions('topic training', TOPIC_TRAINING_DEFAULTS, RANGES, given)
  const rows = chooseGrams(texts, options)
  let used = 1
  for (let i = 0; i < rows.length; i++) if (rows[i]! >= 0) used++
  const classifier = new TopicClassifier(options.bits, labels, rows, new Float32Array(used * labels))
  const order = Int32Array.from(texts.keys())
  const steps = options.epochs * texts.length
  let done = 0
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    for (let i = order.length - 1; i > 0; i--) {
      const j = random.below(i + 1)
      const kept = order[i]!
      order[i] = order[j]!
      order[j] = kept
    }
    for (let i = 0; i < order.length; i++) {
      const size = options.firstStep * (options.lastStep / options.firstStep) ** (done++ / steps)
      classifier.step(texts[order[i]!]!, size, options.decay)
    }
  }
  return classifier
}

/** Rows of the grams of at least so many texts; of too many, those of most texts. */
function chooseGrams(texts: readonly LabelledText[], { bits, leastTexts, mostGrams }: TopicTrainingOptions): Int32Array {
  const counts = new Int32Array(1 << bits)
  const reader = new GramReader(bits)
  const room = gramRoom()
  for (const { title, content } of texts) {
    reader.clear()
    reader.add(title, 1)
    reader.add(content, 1)
    reader.read(room)
    for (let i = 0; i < room.size; i++) counts[room.ids[i]!]!++
  }
  const kept = counts.filter((count) => count >= leastTexts).sort()
  const limit = kept.length > mostGrams ? kept[kept.length - mostGrams]! : leastTexts
  const rows = new Int32Array(1 << bits).fill(-1)
  for (let gram = 0, row = 1; gram < rows.length && row <= mostGrams; gram++) if (counts[gram]! >= limit) rows[gram] = row++
  return rows
}

/** Probabilities, in the array of the scores. */
export function softmax(scores: Float64Array, temperature: number): Float64Array {
  let most = -Infinity
  for (let k = 0; k < scores.length; k++) most = Math.max(most, scores[k]!)
  let sum = 0
  for (let k = 0; k < scores.length; k++) sum += scores[k] = Math.exp((scores[k]! - most) / temperature)
  for (let k = 0; k < scores.length; k++) scores[k]! /= sum
  return scores
}
