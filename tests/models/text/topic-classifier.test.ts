import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { InvalidOptionError } from '../../../core/errors.ts'
import { loadClassifier, saveClassifier } from '../../../models/text/classifier-state.ts'
import { abstentionCurve, calibrationError, chooseTemperature, chooseThreshold, judgeTexts, macroF1 } from '../../../models/text/topic-calibration.ts'
import { trainTopics } from '../../../models/text/topic-classifier.ts'
import type { LabelledText } from '../../../models/text/topic-classifier.ts'

const WORDS = [['暖气不热', '室温很低', '停暖三天'], ['垃圾没人清', '垃圾桶满了', '垃圾站臭味'], ['路灯不亮', '灯坏了', '夜里没有路灯']]
const NOISE = ['请尽快处理', '希望解决', '多次反映', '我家住六楼', '老人孩子', '已经一周']

/** Texts whose label shows in one phrase; `wrong` of them have another's. */
function texts(n: number, wrong: number, seed: number): LabelledText[] {
  const random = createRng(seed)
  return Array.from({ length: n }, () => {
    const label = random.below(3)
    const shown = random.next() < wrong ? random.below(3) : label
    return { title: WORDS[shown]![random.below(3)]!, content: `${NOISE[random.below(6)]!}，${NOISE[random.below(6)]!}`, label }
  })
}

test('what a phrase tells is learnt, and the same texts and seed learn the same', () => {
  const once = trainTopics(texts(300, 0, 1), 3, createRng(7))
  expect(judgeTexts(once, texts(200, 0, 2)).filter(({ label, guess }) => label === guess)).toHaveLength(200)
  expect(saveClassifier(trainTopics(texts(300, 0, 1), 3, createRng(7)))).toEqual(saveClassifier(once))
})

test('a text of unknown grams gets no guess', () => {
  expect(trainTopics(texts(100, 0, 1), 3, createRng(1)).guess('', '龘龘龘')).toEqual({ label: -1, confidence: NaN })
})

test('calibrated confidence is the share that is right', () => {
  const classifier = trainTopics(texts(1500, 0.4, 1), 3, createRng(1))
  classifier.temperature = 0.3
  const before = calibrationError(judgeTexts(classifier, texts(3000, 0.4, 3)))
  classifier.temperature = chooseTemperature(classifier, texts(1500, 0.4, 2))
  const after = calibrationError(judgeTexts(classifier, texts(3000, 0.4, 3)))
  expect(after).toBeLessThan(0.08)
  expect(after).toBeLessThan(before)
})

test('a classifier that was kept guesses as before', () => {
  const classifier = trainTopics(texts(300, 0.2, 1), 3, createRng(7))
  classifier.temperature = 1.5
  const again = loadClassifier(saveClassifier(classifier))
  for (const { title, content } of texts(50, 0, 5)) expect(again.guess(title, content)).toEqual(classifier.guess(title, content))
  expect(() => loadClassifier(saveClassifier(classifier).slice(0, 4000))).toThrow(RangeError)
})

test('F1 is a mean over labels, and no guess is a miss', () => {
  const judged = [{ label: 0, guess: 0, confidence: 0.9 }, { label: 0, guess: 1, confidence: 0.6 }, { label: 1, guess: 1, confidence: 0.8 }, { label: 1, guess: -1, confidence: 0 }]
  // Label 0: 2 / (2 + 0 + 1); label 1: 2 / (2 + 1 + 1).
  expect(macroF1(judged)).toBeCloseTo((2 / 3 + 1 / 2) / 2, 12)
  expect(abstentionCurve(judged, [0, 0.7])).toEqual([{ threshold: 0, coverage: 0.75, accuracy: 2 / 3 }, { threshold: 0.7, coverage: 0.5, accuracy: 1 }])
})

test('the threshold is the lowest that keeps the promise, and none is chosen from a handful', () => {
  const judged = Array.from({ length: 100 }, (_, i) => ({ label: 0, guess: i < 60 ? 0 : 1, confidence: 1 - i / 100 }))
  // 60 right, then wrong ones: 66 of which 60 are right are 90.9 %, 67 are 89.6 %. The 66th has 0.35.
  expect(chooseThreshold(judged, 0.9)).toBeCloseTo(0.35, 12)
  expect(chooseThreshold(judged.slice(0, 15), 0.9)).toBe(Infinity)
  expect(chooseThreshold(judged.map((it) => ({ ...it, guess: 1 })), 0.9)).toBe(Infinity)
  expect(chooseThreshold(judged.map((it) => ({ ...it, guess: 0, confidence: 0.999 })), 0.9)).toBe(0.9)
})

test('a misspelt option is refused', () => {
  expect(() => trainTopics(texts(50, 0, 1), 3, createRng(1), { epoch: 3 } as object)).toThrow(InvalidOptionError)
})
