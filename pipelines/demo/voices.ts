/**
 * The sentences of an episode with their topics, drawn by weight.
 */
import type { Rng } from '../../core/rng.ts'
import type { Voice } from './episode-kinds.ts'
import { findLeaf } from './topics.ts'
import type { TopicTree } from './topics.ts'

export interface VoiceSet { leaves: number[], weights: Float64Array, phrases: (readonly string[])[] }

export function readVoices(tree: TopicTree, voices: readonly Voice[]): VoiceSet {
  let sum = 0
  return {
    leaves: voices.map(([family, leaf]) => findLeaf(tree, family, leaf)),
    weights: Float64Array.from(voices, ([, , weight]) => (sum += weight)),
    phrases: voices.map(([, , , phrases]) => phrases),
  }
}

export function drawVoice(voices: VoiceSet, rng: Rng): { leaf: number, phrase: string } {
  return takeVoice(voices, rng.weighted(voices.weights), rng)
}

export function takeVoice(voices: VoiceSet, index: number, rng: Rng): { leaf: number, phrase: string } {
  const phrases = voices.phrases[index]!
  return { leaf: voices.leaves[index]!, phrase: phrases[rng.below(phrases.length)]! }
}
