/**
 * Which of tonight's signals continue which open alert: one open alert per cause.
 *
 * A signal continues an alert of its place and family, of its family elsewhere where half of its tickets are the alert's (the cluster has grown,
 * shrunk or moved), or of a family above or below its own likewise (the same tickets stand out in another breadth of topics). Elsewhere it must also
 * hold a twentieth of the alert's: all tickets of a site are the city's, and the site is not the city. Pairs are taken by the share of tickets;
 * place and family together weigh as much as half of the tickets, a nested family takes as much away. Of equals the alert more of whose own
 * tickets they are goes first: a site's before that of an area which has taken them in. Neighbours that stand out together
 * are at all of their places: which of them is the busiest changes from night to night. Anything else is a new alert.
 */
export interface OpenAlert { id: string, place: number, family: number, tickets: ReadonlySet<string> }

/** `neighbours`: the places with which it stands out together. */
export interface FreshSignal { place: number, neighbours?: readonly number[], family: number, tickets: readonly string[] }

/** Share of tickets that makes two clusters one cause. */
const OVERLAP = 0.5
/** With less of an alert's tickets a signal elsewhere is a part of it, whoever's its own tickets are: a site in a city is not the city. */
const LEAST_OF_ALERT = 0.05
/** Share of an area's tickets that lie at a place which speaks for the area: with less it is one of many. */
const PART = 0.25

/**
 * Signals of one place that tell the same tickets by more or fewer topics are one: where half of the tickets of either are the other's. (Of the broader
 * one's alone would be too much to ask: it looks further back. A place and the area around it stay two: a whole and its part.)
 *
 * @param signals strongest first
 * @param above   whether a family, or a topic above families, lies above another one
 * @returns per signal the position of the stronger one that speaks for it, its own where none does
 */
export function foldNested(signals: readonly FreshSignal[], above: (one: number, other: number) => boolean): number[] {
  const into: number[] = []
  // Positions of those that speak for themselves, by their place.
  const at = new Map<number, number[]>()
  signals.forEach((signal, i) => {
    const tickets = new Set(signal.tickets)
    const by = at.get(signal.place)?.find((j) => {
      const other = signals[j]!
      if (!above(signal.family, other.family) && !above(other.family, signal.family)) return false
      const shared = other.tickets.filter((ticket) => tickets.has(ticket)).length
      return shared > 0 && shared >= OVERLAP * Math.min(other.tickets.length, tickets.size)
    })
    into.push(by ?? i)
    if (by === undefined) append(at, signal.place, i)
  })
  return into
}

function append<Key>(lists: Map<Key, number[]>, key: Key, value: number): void {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}

/**
 * @param signals strongest first; at most one per place and family
 * @param above   whether a family, or a topic above families, lies above another one
 * @returns per signal the alert it continues, or undefined for a new one; no alert is given twice. O(tickets of both, as often as signals share them)
 */
export function matchSignals(
  signals: readonly FreshSignal[], open: readonly OpenAlert[], above: (one: number, other: number) => boolean = () => false,
): (OpenAlert | undefined)[] {
  const shared = countShared(signals, open)
  const cellOf = (place: number, family: number): string => `${place}/${family}`
  const here = new Map<string, number[]>()
  signals.forEach(({ place, neighbours = [], family }, i) => {
    for (const at of [place, ...neighbours]) append(here, cellOf(at, family), i)
  })
  // Whoever shares neither a ticket nor place and family is no pair.
  const pairs = open.flatMap((alert, at) => [...new Set([...here.get(cellOf(alert.place, alert.family)) ?? [], ...shared[at]!.keys()])].flatMap((i) => {
    const common = shared[at]!.get(i) ?? 0
    const likeness = likenessOf(signals[i]!, alert, common, above)
    return likeness === undefined ? [] : [{ i, at, alert, part: common / Math.max(1, alert.tickets.size), ...likeness }]
  }))
  pairs.sort((a, b) => b.score - a.score || a.kind - b.kind || b.part - a.part || a.i - b.i || a.at - b.at)
  const matched = new Array<OpenAlert | undefined>(signals.length).fill(undefined)
  const used = new Set<OpenAlert>()
  for (const { i, alert } of pairs) {
    if (matched[i] || used.has(alert)) continue
    matched[i] = alert
    used.add(alert)
  }
  return matched
}

/** Per alert, how many of its tickets each signal has, by the signal's position; signals without any are absent. O(tickets). */
function countShared(signals: readonly FreshSignal[], open: readonly OpenAlert[]): Map<number, number>[] {
  const holders = new Map<string, number[]>()
  signals.forEach((signal, i) => {
    for (const ticket of signal.tickets) append(holders, ticket, i)
  })
  return open.map(({ tickets }) => {
    const counts = new Map<number, number>()
    for (const ticket of tickets) for (const i of holders.get(ticket) ?? []) counts.set(i, (counts.get(i) ?? 0) + 1)
    return counts
  })
}

function likenessOf(signal: FreshSignal, alert: OpenAlert, common: number, above: (one: number, other: number) => boolean): { score: number, kind: 0 | 1 | 2 } | undefined {
  const { length } = signal.tickets
  const shared = length === 0 ? 0 : common / length
  const isHere = alert.place === signal.place || (signal.neighbours?.includes(alert.place) ?? false)
  if (alert.family === signal.family && isHere) return { score: shared + OVERLAP, kind: 0 }
  if (common === 0 || !isHere && common < LEAST_OF_ALERT * alert.tickets.size) return undefined
  if (alert.family === signal.family) return shared >= OVERLAP ? { score: shared, kind: 1 } : undefined
  const isNarrower = above(alert.family, signal.family)
  if (!isNarrower && !above(signal.family, alert.family)) return undefined
  // An alert most of whose tickets are of the narrower topic was about that topic all along, however much has come since.
  const wasIt = isNarrower && isHere ? common / alert.tickets.size : 0
  return Math.max(shared, wasIt) >= OVERLAP ? { score: Math.max(shared, wasIt) - OVERLAP, kind: 2 } : undefined
}

/** What joinAreas asks of places and topics; positions are those of the signals. */
export interface AreaQuestions {
  /** The place and all around it, from the top down. */
  rollup(place: number): readonly number[]
  /** Whether a family, or a topic above families, lies above another one. */
  above(one: number, other: number): boolean
  placeOf(ticket: string): number
  /** Whether a signal that goes on may speak for another one. */
  speaks(at: number): boolean
}

/**
 * A signal of an area that would open an alert, though most of its tickets are those of an alert that goes on at a place within: it is that alert's, and its
 * tickets are. A quarter of them must lie at that place: a storm that once was told by a place is the city's, not that place's. (The other way round
 * it stays two: a place within the area of an alert that goes on is a part of a whole.)
 *
 * @param matches as matchSignals gave them
 * @returns per signal the position of the one that speaks for it, its own where none does. O(matches × depth + tickets of new ones × those within)
 */
export function joinAreas(signals: readonly FreshSignal[], matches: readonly (OpenAlert | undefined)[], { rollup, above, placeOf, speaks }: AreaQuestions): number[] {
  const around = new Map<number, number[]>()
  signals.forEach(({ place }, i) => {
    if (matches[i] && speaks(i)) for (const area of rollup(place).slice(0, -1)) append(around, area, i)
  })
  return signals.map((signal, i) => {
    const within = matches[i] ? [] : (around.get(signal.place) ?? []).filter((j) => {
      const { family } = signals[j]!
      return family === signal.family || above(family, signal.family) || above(signal.family, family)
    })
    let speaker = i
    let most = OVERLAP * signal.tickets.length
    for (const j of within) {
      const own = new Set(signals[j]!.tickets)
      const held = signal.tickets.filter((ticket) => own.has(ticket) || matches[j]!.tickets.has(ticket)).length
      if (held <= most) continue
      const places = [signals[j]!.place, ...signals[j]!.neighbours ?? []]
      const there = signal.tickets.filter((ticket) => rollup(placeOf(ticket)).some((place) => places.includes(place))).length
      if (there < PART * signal.tickets.length) continue
      speaker = j
      most = held
    }
    return speaker
  })
}

/** How the clusters of a night came out of those before, beyond going on. */
export interface Relations {
  /** Open alerts without a signal tonight whose tickets are in that of another one. */
  merged: { alert: string, into: string }[]
  /** Signals of new alerts, by position, whose tickets belong to an open alert that goes on elsewhere. */
  split: { signal: number, from: string }[]
}

/** Half of the tickets of the smaller of the two must be shared. @param matches as matchSignals gave them */
export function relateClusters(signals: readonly FreshSignal[], open: readonly OpenAlert[], matches: readonly (OpenAlert | undefined)[]): Relations {
  const shared = countShared(signals, open)
  const goesOn = new Set(matches.filter((match) => match !== undefined))
  const merged: Relations['merged'] = []
  const into = signals.map(() => new Map<number, number>())
  open.forEach((alert, at) => {
    const shares = new Map([...shared[at]!].map(([i, common]) => [i, shareOf(signals[i]!, alert, common)]))
    if (goesOn.has(alert)) {
      for (const [i, share] of shares) if (!matches[i]) into[i]!.set(at, share)
      return
    }
    const best = strongest([...shares].filter(([i]) => matches[i]))
    if (best !== undefined) merged.push({ alert: alert.id, into: matches[best]!.id })
  })
  const split = into.flatMap((shares, signal) => {
    const best = strongest([...shares])
    return best === undefined ? [] : [{ signal, from: open[best]!.id }]
  })
  return { merged, split }
}

/** Shared tickets as a share of the smaller set; 0 for another family. */
function shareOf(signal: FreshSignal, alert: OpenAlert, common: number): number {
  return signal.family === alert.family ? common / Math.min(signal.tickets.length, alert.tickets.size) : 0
}

/** Position of the greatest share that is enough, the first of equals; undefined where none is. */
function strongest(shares: readonly (readonly [number, number])[]): number | undefined {
  return shares.filter(([, share]) => share >= OVERLAP).toSorted(([i, one], [j, other]) => other - one || i - j)[0]?.[0]
}
