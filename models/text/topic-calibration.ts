/**
 * How far can the confidence of a classifier be believed, and below which is it better to say nothing? Temperature scaling and expected
 * calibration error as in Guo, Pleiss, Sun, Weinberger (2017), ICML; selective classification: El-Yaniv, Wiener (2010), JMLR 11:1605-1641.
 */
import type { LabelledText, TopicClassifier } from './topic-classifier.ts'
import { softmax } from './topic-classifier.ts'

/** The temperature that makes the labels of these texts likeliest, by golden section of its logarithm on [1/20, 20]. */
export function chooseTemperature(classifier: TopicClassifier, texts: readonly LabelledText[]): number {
  if (texts.length === 0) return 1
  const scores = texts.map(({ title, content }) => classifier.scores(title, content).slice())
  const loss = (logT: number): number => {
    let sum = 0
    for (let i = 0; i < texts.length; i++) sum -= Math.log(Math.max(1e-300, softmax(scores[i]!.slice(), Math.exp(logT))[texts[i]!.label]!))
    return sum
  }
  const golden = (Math.sqrt(5) - 1) / 2
  let [a, b] = [-Math.log(20), Math.log(20)]
  let [c, d] = [b - golden * (b - a), a + golden * (b - a)]
  let [lossC, lossD] = [loss(c), loss(d)]
  for (let i = 0; i < 30; i++) {
    if (lossC <= lossD) {
      [b, d, lossD] = [d, c, lossC]
      c = b - golden * (b - a)
      lossC = loss(c)
    } else {
      [a, c, lossC] = [c, d, lossD]
      d = a + golden * (b - a)
      lossD = loss(d)
    }
  }
  return Math.exp((a + b) / 2)
}

/** One judged text. */
export interface Judged { label: number, guess: number, confidence: number }

export function judgeTexts(classifier: TopicClassifier, texts: readonly LabelledText[]): Judged[] {
  return texts.map(({ title, content, label }) => {
    const guess = classifier.guess(title, content)
    return { label, guess: guess.label, confidence: Number.isNaN(guess.confidence) ? 0 : guess.confidence }
  })
}

/** Mean distance of confidence and accuracy over ten bins of equal width, weighted by their texts; NaN without texts. */
export function calibrationError(judged: readonly Judged[]): number {
  const bins = Array.from({ length: 10 }, () => ({ n: 0, right: 0, confidence: 0 }))
  for (const { label, guess, confidence } of judged) {
    const bin = bins[Math.min(9, Math.floor(confidence * 10))]!
    bin.n++
    bin.right += label === guess ? 1 : 0
    bin.confidence += confidence
  }
  return bins.reduce((sum, { right, confidence }) => sum + Math.abs(right - confidence), 0) / judged.length
}

/** Mean of F1 over the labels that occur; a text without a guess misses its label and hits none. */
export function macroF1(judged: readonly Judged[]): number {
  const counts = new Map<number, { tp: number, fp: number, fn: number }>()
  const of = (label: number): { tp: number, fp: number, fn: number } => {
    if (!counts.has(label)) counts.set(label, { tp: 0, fp: 0, fn: 0 })
    return counts.get(label)!
  }
  const labels = new Set(judged.map(({ label }) => label))
  for (const { label, guess } of judged) {
    if (label === guess) of(label).tp++
    else {
      of(label).fn++
      if (guess >= 0) of(guess).fp++
    }
  }
  let sum = 0
  for (const label of labels) {
    const { tp, fp, fn } = of(label)
    sum += (2 * tp) / Math.max(1, 2 * tp + fp + fn)
  }
  return sum / labels.size
}

export interface AbstentionPoint {
  /** Guesses below this confidence are not given. */
  threshold: number
  /** Share of the texts with a guess, share of right ones among them (NaN for none). */
  coverage: number
  accuracy: number
}

/** At each of these confidences, ascending. */
export function abstentionCurve(judged: readonly Judged[], thresholds: readonly number[]): AbstentionPoint[] {
  return thresholds.map((threshold) => {
    let n = 0
    let right = 0
    for (const { label, guess, confidence } of judged) {
      if (confidence < threshold || guess < 0) continue
      n++
      if (label === guess) right++
    }
    return { threshold, coverage: n / judged.length, accuracy: right / n }
  })
}

/**
 * The lowest confidence from which on at least `accuracy` of the guesses were right, at most `accuracy` itself, which a calibrated confidence
 * need not pass; Infinity (never guess) where there is none with 20 texts or more.
 */
export function chooseThreshold(judged: readonly Judged[], accuracy: number): number {
  const sorted = judged.filter(({ guess }) => guess >= 0).sort((a, b) => b.confidence - a.confidence)
  let right = 0
  let best = Infinity
  for (let i = 0; i < sorted.length; i++) {
    if (sorted[i]!.label === sorted[i]!.guess) right++
    // Equal confidences stand or fall together.
    if (i + 1 < sorted.length && sorted[i + 1]!.confidence === sorted[i]!.confidence) continue
    if (i + 1 >= 20 && right / (i + 1) >= accuracy) best = sorted[i]!.confidence
  }
  return best === Infinity ? Infinity : Math.min(best, accuracy)
}
