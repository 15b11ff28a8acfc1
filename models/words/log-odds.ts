/**
 * Which words tell one group of texts from another: the log-odds ratio with an informative Dirichlet prior, over its standard deviation.
 * Monroe, Colaresi, Quinn (2008), Political Analysis 16(4):372-403, equations 15, 16, 22 and 23; counted are people who say a word, not times it is said.
 */

export interface Usage {
  /** People who say the word here, and all people here. */
  here: number
  of: number
  /** The same where it is usual. */
  usual: number
  usualOf: number
}

/** Weight of the prior, in people: so many that a word nobody usually says is not lost in its own uncertainty where few call. */
const PRIOR_PEOPLE = 50

/**
 * Positive where the word is said more here.
 *
 * The prior expects the word as often as it is said in the usual texts, half a person added, which is the paper's informative prior from a
 * background corpus.
 */
export function logOddsScore({ here, of, usual, usualOf }: Usage): number {
  const alpha = PRIOR_PEOPLE * (usual + 0.5) / (usualOf + 1)
  const odds = (said: number, all: number): number => Math.log((said + alpha) / (all + PRIOR_PEOPLE - said - alpha))
  const difference = odds(Math.min(here, of), of) - odds(Math.min(usual, usualOf), usualOf)
  return difference / Math.sqrt(1 / (here + alpha) + 1 / (usual + alpha))
}
