/**
 * Topics for tickets that came without one: part of resolve, only where a classifier is in use, only on days that are counted anew, and only
 * where it is sure enough. Each such ticket is kept with its confidence; an import that tells its topic later overrules the guess.
 */
import { gunzipSync } from 'node:zlib'
import { loadClassifier } from '../../models/text/classifier-state.ts'
import type { TopicClassifier } from '../../models/text/topic-classifier.ts'
import type { Queryable } from '../../sql/db.ts'
import { readTopicModel, readUnknownTickets, saveTopicGuesses } from '../../sql/topic-models.ts'
import type { TopicGuess } from '../../sql/topic-models.ts'
import { UNKNOWN_TOPIC } from '../ingest/registry.ts'

export interface GuessResult { guessed: number, abstained: number }

/** Tickets written at a time. */
const CHUNK = 5000

export async function guessTopics(db: Queryable): Promise<GuessResult> {
  const model = await readTopicModel(db)
  if (!model || model.threshold > 1) return { guessed: 0, abstained: 0 }
  const tickets = await readUnknownTickets(db, UNKNOWN_TOPIC)
  if (tickets.length === 0) return { guessed: 0, abstained: 0 }
  const classifier = loadClassifier(gunzipSync(model.state))
  const guesses: TopicGuess[] = []
  for (const { source, no, title, content } of tickets) {
    const topic = sureTopic(classifier, model, title, content)
    if (topic) guesses.push({ source, no, ...topic })
  }
  for (let i = 0; i < guesses.length; i += CHUNK) await saveTopicGuesses(db, model.id, guesses.slice(i, i + CHUNK))
  return { guessed: guesses.length, abstained: tickets.length - guesses.length }
}

/** The topic of a text where the classifier is sure enough. */
export function sureTopic(classifier: TopicClassifier, { topicIds, threshold }: { topicIds: readonly number[], threshold: number }, title: string, content: string): { topic: number, confidence: number } | null {
  const { label, confidence } = classifier.guess(title, content)
  return label >= 0 && confidence >= threshold ? { topic: topicIds[label]!, confidence } : null
}
