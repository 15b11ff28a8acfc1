/**
 * Which of these short texts speaks best for all? The one that is most like the others: the medoid by Dice's coefficient of character pairs
 * (Dice (1945), Ecology 26(3):297-302), so that what is shown is something that somebody wrote.
 */

/** Texts compared; of more, evenly spaced ones. */
const MOST = 60

/** Place of the most typical text, of equals the first; -1 where there is none that says anything. */
export function typicalText(texts: readonly string[]): number {
  const step = Math.max(1, texts.length / MOST)
  const chosen: number[] = []
  for (let at = 0; at < texts.length; at += step) chosen.push(Math.floor(at))
  const pairs = chosen.map((i) => pairsOf(texts[i]!))
  let best = -1
  let most = -1
  for (let i = 0; i < chosen.length; i++) {
    if (pairs[i]!.size === 0) continue
    let sum = 0
    for (let j = 0; j < chosen.length; j++) if (j !== i) sum += dice(pairs[i]!, pairs[j]!)
    if (sum > most) {
      most = sum
      best = chosen[i]!
    }
  }
  return best
}

function pairsOf(text: string): Set<string> {
  const plain = text.replace(/[^\p{L}\p{N}]/gu, '').toLowerCase()
  const pairs = new Set<string>()
  for (let i = 0; i + 1 < plain.length; i++) pairs.add(plain.slice(i, i + 2))
  return pairs
}

function dice(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 || b.size === 0) return 0
  let both = 0
  for (const pair of a) if (b.has(pair)) both++
  return (2 * both) / (a.size + b.size)
}
