/**
 * Answers that many readers ask for alike, kept for a moment: at least so long, and so many times as long as they took, so that asking never takes more
 * than a small part of the server. A key holds everything that an answer depends on, also what its reader may see.
 */
export interface KeptOptions {
  /** Milliseconds for which an answer is kept at least. */
  leastMs: number
  /** Times as long as it took. */
  times: number
  /** Answers at most; the oldest goes first. */
  most: number
}

interface Entry<T> { until: number, answer: Promise<T> }

export class KeptAnswers<T> {
  readonly #options: KeptOptions
  readonly #kept = new Map<string, Entry<T>>()

  constructor(options: KeptOptions) {
    this.#options = options
  }

  /** Who asks while an answer is sought gets the same one. One that failed is not kept. */
  async get(key: string, work: () => Promise<T>): Promise<T> {
    const found = this.#kept.get(key)
    const from = performance.now()
    if (found && found.until > from) return found.answer
    const entry: Entry<T> = { until: Infinity, answer: work() }
    this.#kept.delete(key)
    this.#kept.set(key, entry)
    if (this.#kept.size > this.#options.most) this.#kept.delete(this.#kept.keys().next().value!)
    try {
      const answer = await entry.answer
      const now = performance.now()
      entry.until = now + Math.max(this.#options.leastMs, this.#options.times * (now - from))
      return answer
    } catch (error) {
      if (this.#kept.get(key) === entry) this.#kept.delete(key)
      throw error
    }
  }
}
