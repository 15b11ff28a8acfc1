/**
 * A score per stream and night becomes alerts by one threshold and one rule, the same for all that give scores: a stream is a topic
 * family at a place; what is above the threshold opens an alert, which stays open until it has been quiet for some nights. Where an alert
 * of the family is open at a place below, the place above opens none: the deeper one speaks for it. docs/methods/score-card.md
 */

/** n scores that may be worth an alert: by night, within a night the deepest places first. Read only. */
export interface Scores {
  night: Int32Array
  stream: Int32Array
  statistic: Float32Array
  /** Episode that the stream is about on that night; −1 none. */
  episode: Int32Array
}

export interface Streams {
  /** The stream of the same family at the place above; −1 at the top. */
  above: Int32Array
  /** Depth of its place. */
  depth: Uint8Array
}

/** What is known of the episodes; entry e speaks of episode e. */
export interface EpisodeFacts {
  /** 1 where somebody should be told. */
  wanted: Uint8Array
  /** Night of its first ticket: an alert that was open before it told nobody of it. */
  began: Int32Array
  /** 1 where it counts among the clusters that are scored. */
  scored: Uint8Array
  /** Last night in time, and night of the twentieth ticket. */
  deadline: Int32Array
  twentieth: Int32Array
}

export interface Tally {
  alerts: number
  falseAlerts: number
  forbidden: number
  /** Per episode the first night on which an alert was about it; NEVER. */
  firstNight: Int32Array
}

export const NEVER = 0x7fffffff

/**
 * O(scores). An alert is false if it was about no episode that somebody should hear of. One that was open
 * before an episode began is no news of it.
 *
 * @param minDepth   places above this depth are not watched
 * @param countFrom  alerts opened before this night are in no count, and nothing is told before it
 */
export function tallyAlerts(
  { night, stream, statistic, episode }: Scores, { above, depth }: Streams, { wanted, began }: Pick<EpisodeFacts, 'wanted' | 'began'>, threshold: number, quietNights: number, minDepth: number, countFrom = -Infinity,
): Tally {
  const lastOn = new Int32Array(above.length).fill(-NEVER)
  const onBelow = new Int32Array(above.length).fill(-NEVER)
  /** 1 while the open alert has been about an episode that somebody should hear of, 2 about another. */
  const isTrue = new Uint8Array(above.length)
  const isCounted = new Uint8Array(above.length)
  const opened = new Int32Array(above.length)
  const tally: Tally = { alerts: 0, falseAlerts: 0, forbidden: 0, firstNight: new Int32Array(wanted.length).fill(NEVER) }
  for (let i = 0; i < night.length; i++) {
    if (!(statistic[i] >= threshold)) continue
    const s = stream[i]
    if (depth[s] < minDepth) continue
    const tonight = night[i]
    if (tonight - lastOn[s] > quietNights) {
      if (tonight - onBelow[s] <= quietNights) continue
      isCounted[s] = tonight >= countFrom ? 1 : 0
      tally.alerts += isCounted[s]
      tally.falseAlerts += isCounted[s]
      isTrue[s] = 0
      opened[s] = tonight
    }
    lastOn[s] = tonight
    for (let up = above[s]; up >= 0 && onBelow[up] < tonight; up = above[up]) onBelow[up] = tonight
    const e = episode[i]
    if (e < 0) continue
    if (wanted[e] === 1) {
      if (opened[s] < began[e]) continue
      if ((isTrue[s] & 1) === 0) tally.falseAlerts -= isCounted[s]
      isTrue[s] |= 1
      if (tonight >= countFrom && tonight < tally.firstNight[e]) tally.firstNight[e] = tonight
    } else {
      if ((isTrue[s] & 2) === 0) tally.forbidden += isCounted[s]
      isTrue[s] |= 2
    }
  }
  return tally
}
