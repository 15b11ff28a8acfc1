/**
 * A classifier of topics from the store's own tickets: trained on a part, calibrated on another, measured on a third that neither saw.
 */
import { gzipSync } from 'node:zlib'
import { BadInputError } from '../../core/errors.ts'
import { resolveOptions } from '../../core/options.ts'
import { createRng } from '../../core/rng.ts'
import { saveClassifier } from '../../models/text/classifier-state.ts'
import { abstentionCurve, calibrationError, chooseTemperature, chooseThreshold, judgeTexts, macroF1 } from '../../models/text/topic-calibration.ts'
import type { AbstentionPoint } from '../../models/text/topic-calibration.ts'
import { trainTopics } from '../../models/text/topic-classifier.ts'
import type { LabelledText, TopicClassifier } from '../../models/text/topic-classifier.ts'
import type { Db } from '../../sql/db.ts'
import { addTopicModel, readLabelledTickets } from '../../sql/topic-models.ts'
import type { LabelledTicket } from '../../sql/topic-models.ts'
import { UNKNOWN_TOPIC } from '../ingest/registry.ts'

export interface TrainOptions {
  /** Topics told apart: the families, or the finest that tickets have. */
  families: boolean
  /** By time the test is the newest part: harder, and what will be asked for. By hash every part has all times. */
  byTime: boolean
  /** Most and fewest tickets of a topic. */
  most: number
  least: number
  /** Guesses are given from the confidence on at which this share of them was right. */
  accuracy: number
  seed: number
}

export const TRAIN_DEFAULTS: Readonly<TrainOptions> = { families: true, byTime: true, most: 400, least: 30, accuracy: 0.9, seed: 1 }
const RANGES = { most: [10, 100_000, 'whole'], least: [5, 10_000, 'whole'], accuracy: [0.5, 1], seed: [0, 2 ** 31, 'whole'] } as const
const CURVE = [0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95]

export interface TrainReport {
  topics: number
  /** Tickets of each part; of topics with too few, which are left out. */
  trained: number
  calibrated: number
  tested: number
  leftOut: number
  split: 'time' | 'hash'
  level: 'family' | 'leaf'
  macroF1: number
  accuracy: number
  calibrationError: number
  temperature: number
  /** Null: never sure enough, nothing is guessed. */
  threshold: number | null
  curve: AbstentionPoint[]
  seconds: number
}

export interface Trained { classifier: TopicClassifier, topicIds: number[], report: TrainReport }

/**
 * Trains, keeps and activates. The next night gives topics to tickets that have none.
 *
 * @throws {BadInputError} fewer than two topics with tickets enough
 */
export async function trainAndKeep(db: Db, given: Partial<TrainOptions> = {}): Promise<TrainReport & { id: number }> {
  const options = resolveOptions('topics train', TRAIN_DEFAULTS, RANGES, given)
  const { classifier, topicIds, report } = trainOn(await readLabelledTickets(db, options.most, options.families, UNKNOWN_TOPIC), options)
  const state = gzipSync(saveClassifier(classifier), { level: 1 })
  const id = await db.transaction((client) => addTopicModel(client, { topicIds, threshold: report.threshold ?? 2, report, state }, UNKNOWN_TOPIC))
  return { id, ...report }
}

/** @param tickets  ordered by hash */
export function trainOn(tickets: readonly LabelledTicket[], given: Partial<TrainOptions> = {}): Trained {
  const began = performance.now()
  const options = resolveOptions('topics train', TRAIN_DEFAULTS, RANGES, given)
  const counts = new Map<number, number>()
  for (const { topic } of tickets) counts.set(topic, (counts.get(topic) ?? 0) + 1)
  const topicIds = [...counts].filter(([, n]) => n >= options.least).map(([topic]) => topic).sort((a, b) => a - b)
  if (topicIds.length < 2) throw new BadInputError('too_few_topics', `${topicIds.length} topics have ${options.least} tickets or more: two are needed`, { topics: topicIds.length, least: options.least })
  const labels = new Map(topicIds.map((topic, label) => [topic, label]))
  const kept = tickets.filter(({ topic }) => labels.has(topic))
  if (options.byTime) kept.sort((a, b) => a.at - b.at || (a.hash < b.hash ? -1 : 1))
  const texts: LabelledText[] = kept.map(({ topic, title, content }) => ({ title, content, label: labels.get(topic)! }))
  const [first, second] = [Math.floor(0.7 * texts.length), Math.floor(0.85 * texts.length)]
  const [training, calibration, test] = [texts.slice(0, first), texts.slice(first, second), texts.slice(second)]
  const classifier = trainTopics(training, topicIds.length, createRng(options.seed))
  // As 32 bits, which is how it is kept: reading it back must not change a guess.
  classifier.temperature = Math.fround(chooseTemperature(classifier, calibration))
  const threshold = chooseThreshold(judgeTexts(classifier, calibration), options.accuracy)
  const judged = judgeTexts(classifier, test)
  return {
    classifier, topicIds,
    report: {
      topics: topicIds.length, trained: training.length, calibrated: calibration.length, tested: test.length, leftOut: tickets.length - kept.length,
      split: options.byTime ? 'time' : 'hash', level: options.families ? 'family' : 'leaf', macroF1: macroF1(judged),
      accuracy: judged.filter(({ label, guess }) => label === guess).length / judged.length, calibrationError: calibrationError(judged),
      temperature: classifier.temperature, threshold: Number.isFinite(threshold) ? threshold : null,
      curve: abstentionCurve(judged, [...CURVE, ...(Number.isFinite(threshold) ? [threshold] : [])].sort((a, b) => a - b)), seconds: (performance.now() - began) / 1000,
    },
  }
}
