/**
 * The classifier of topics in use, told to people: how well it did, how much it guessed, and what it makes of one text.
 */
import { gunzipSync } from 'node:zlib'
import { loadClassifier } from '../../models/text/classifier-state.ts'
import type { Queryable } from '../../sql/db.ts'
import { countTopicGuesses, readTopicModel, retireTopicModel } from '../../sql/topic-models.ts'
import { readTopics } from '../../sql/trees.ts'
import { UNKNOWN_TOPIC } from '../ingest/registry.ts'
import type { TrainReport } from './train-topics.ts'

export interface ShownClassifier { id: number, report: TrainReport, guessed: number, unknown: number }

/** Undefined where none is in use. */
export async function showTopics(db: Queryable): Promise<ShownClassifier | undefined> {
  const model = await readTopicModel(db)
  if (!model) return undefined
  return { id: model.id, report: model.report as TrainReport, ...await countTopicGuesses(db, UNKNOWN_TOPIC) }
}

export interface CheckedText {
  /** Path of the likeliest topic; null where the text has nothing that could tell. */
  topic: string | null
  confidence: number | null
  /** Whether a ticket with this text would get the topic. */
  sure: boolean
}

/** Null where no classifier is in use. */
export async function checkText(db: Queryable, text: string): Promise<CheckedText | null> {
  const model = await readTopicModel(db)
  if (!model) return null
  const { label, confidence } = loadClassifier(gunzipSync(model.state)).guess(text, '')
  if (label < 0) return { topic: null, confidence: null, sure: false }
  return { topic: (await readTopics(db)).get(model.topicIds[label]!)!.path, confidence, sure: confidence >= model.threshold }
}

export async function stopGuessing(db: Queryable): Promise<void> {
  await retireTopicModel(db)
}
