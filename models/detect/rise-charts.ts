/**
 * Log likelihood ratio of negative-binomial counts risen by a factor since some period, against counts at their in-control
 * means; the factor known (LR, a CUSUM) or estimated for each window (GLR). Höhle & Paul (2008), eq. 3 to 8.
 */
import { smallestWhole } from '../math/smallest-whole.ts'

/** A window's evidence and its periods. */
export interface Evidence { ratio: number, window: number }

export interface RiseChart {
  /** Takes the count of the next period; gives the greatest evidence of the windows that end with it. */
  add(count: number, mean: number): Evidence
  /** The smallest count of the next period whose evidence would reach the threshold. */
  smallestAlarm(mean: number, threshold: number): number
  /** Forgets the counts so far. */
  restart(): void
}

/** The factor e^rise is known. S_t = max(0, S_{t-1} + ln f(y; mean e^rise) / f(y; mean)). */
export class LrChart implements RiseChart {
  #sum = 0
  #run = 0
  readonly #rise: number
  readonly #dispersion: number

  /** @param dispersion 1 / size, 0 is Poisson */
  constructor(rise: number, dispersion: number) {
    this.#rise = rise
    this.#dispersion = dispersion
  }

  add(count: number, mean: number): Evidence {
    const { slope, loss } = this.#terms(mean)
    this.#sum = Math.max(0, this.#sum + count * slope - loss)
    this.#run = this.#sum > 0 ? this.#run + 1 : 0
    return { ratio: this.#sum, window: Math.max(1, this.#run) }
  }

  smallestAlarm(mean: number, threshold: number): number {
    const { slope, loss } = this.#terms(mean)
    return Math.max(0, Math.ceil((threshold - this.#sum + loss) / slope))
  }

  restart(): void {
    this.#sum = 0
    this.#run = 0
  }

  /** The log ratio is count · slope − loss. */
  #terms(mean: number): { slope: number, loss: number } {
    const risen = Math.exp(this.#rise)
    const a = this.#dispersion
    if (a === 0) return { slope: this.#rise, loss: mean * (risen - 1) }
    const damping = Math.log1p(a * mean * risen) - Math.log1p(a * mean)
    return { slope: this.#rise - damping, loss: damping / a }
  }
}

/** The factor, 1 or more, is the one that makes each window's counts most likely. */
export class GlrChart implements RiseChart {
  #length = 0
  readonly #counts: Float64Array
  readonly #means: Float64Array
  readonly #maxWindow: number
  readonly #dispersion: number

  /**
   * @param capacity   counts to come at most
   * @param maxWindow  periods before the last one in which the rise may have begun
   * @param dispersion 1 / size, 0 is Poisson
   */
  constructor(capacity: number, maxWindow: number, dispersion: number) {
    this.#counts = new Float64Array(capacity)
    this.#means = new Float64Array(capacity)
    this.#maxWindow = maxWindow
    this.#dispersion = dispersion
  }

  add(count: number, mean: number): Evidence {
    const last = this.#length++
    this.#counts[last] = count
    this.#means[last] = mean
    let ratio = 0
    let window = 1
    let score = 0
    for (let first = last; first >= Math.max(0, last - this.#maxWindow); first--) {
      score += this.#scoreAtOne(first)
      const found = score > 0 ? this.#logRatio(first, last) : 0
      if (found <= ratio) continue
      ratio = found
      window = last - first + 1
    }
    return { ratio, window }
  }

  smallestAlarm(mean: number, threshold: number): number {
    const last = this.#length
    this.#means[last] = mean
    let needed = Infinity
    let before = 0
    for (let first = last; first >= Math.max(0, last - this.#maxWindow); first--) {
      if (first < last) before += this.#scoreAtOne(first)
      const reached = (count: number): boolean => {
        this.#counts[last] = count
        return before + this.#scoreAtOne(last) > 0 && this.#logRatio(first, last) >= threshold
      }
      needed = smallestWhole(reached, Math.ceil(mean), needed)
    }
    return needed
  }

  restart(): void {
    this.#length = 0
  }

  /** What one period adds to the derivative of the log likelihood by ln factor, at factor 1: the window has risen where the sum is positive. */
  #scoreAtOne(t: number): number {
    return (this.#counts[t] - this.#means[t]) / (1 + this.#dispersion * this.#means[t])
  }

  /** ln of the likelihood at the window's own factor over that at 1. */
  #logRatio(first: number, last: number): number {
    const counts = this.#counts
    const means = this.#means
    const a = this.#dispersion
    let sum = 0
    let expected = 0
    for (let t = first; t <= last; t++) {
      sum += counts[t]
      expected += means[t]
    }
    if (a === 0) return sum * Math.log(sum / expected) - sum + expected
    let rise = sum > expected ? Math.log(sum / expected) : 0.01
    for (let round = 0; round < 50; round++) {
      const factor = Math.exp(rise)
      let score = 0
      let information = 0
      for (let t = first; t <= last; t++) {
        const risen = means[t] * factor
        const damping = 1 / (1 + a * risen)
        score += (counts[t] - risen) * damping
        information += risen * (1 + a * counts[t]) * damping * damping
      }
      // The likelihood is concave; a step of more than a factor of e^2 is Newton's exaggeration far from the top.
      const step = Math.max(-2, Math.min(2, score / information))
      rise += step
      if (Math.abs(step) < 1e-8) break
    }
    const factor = Math.exp(rise)
    let ratio = 0
    for (let t = first; t <= last; t++) {
      ratio += counts[t] * rise - (counts[t] + 1 / a) * Math.log((1 + a * means[t] * factor) / (1 + a * means[t]))
    }
    return ratio
  }
}
