/**
 * Which of tonight's signals continue which open alert: one open alert per cause.
 *
 * The same place and family continue the same alert. What is left is matched to an open alert of the family with which it shares
 * tickets: the cluster has grown, shrunk or moved to a neighbour. What then is left is matched likewise to one whose family lies above
 * or below its own: the same tickets stand out in another breadth of topics. Anything else is a new alert.
 */
export interface OpenAlert { id: string, place: number, family: number, tickets: ReadonlySet<string> }

export interface FreshSignal { place: number, family: number, tickets: readonly string[] }

/** Share of the signal's tickets that must already belong to the alert. */
const OVERLAP = 0.5

/**
 * @param signals  strongest first; at most one per place and family
 * @param nested   whether one of two families, or topics above families, lies above the other
 * @returns per signal the alert it continues, or undefined for a new one; no alert is given twice
 */
export function matchSignals(
  signals: readonly FreshSignal[], open: readonly OpenAlert[], nested: (one: number, other: number) => boolean = () => false,
): (OpenAlert | undefined)[] {
  const matched = new Array<OpenAlert | undefined>(signals.length).fill(undefined)
  const used = new Set<string>()
  signals.forEach((signal, i) => {
    const same = open.find((alert) => !used.has(alert.id) && alert.place === signal.place && alert.family === signal.family)
    if (!same) return
    matched[i] = same
    used.add(same.id)
  })
  const byTickets = (isKin: (signal: FreshSignal, alert: OpenAlert) => boolean): void => signals.forEach((signal, i) => {
    if (matched[i]) return
    let best: OpenAlert | undefined
    let bestShared = OVERLAP * signal.tickets.length
    for (const alert of open) {
      if (used.has(alert.id) || !isKin(signal, alert)) continue
      const shared = signal.tickets.filter((ticket) => alert.tickets.has(ticket)).length
      if (shared < bestShared) continue
      best = alert
      bestShared = shared + 1e-9
    }
    if (!best) return
    matched[i] = best
    used.add(best.id)
  })
  byTickets((signal, alert) => alert.family === signal.family)
  byTickets((signal, alert) => signal.tickets.length > 0 && nested(signal.family, alert.family))
  return matched
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
  const goesOn = new Set(matches.filter((match) => match !== undefined))
  const merged: Relations['merged'] = []
  const split: Relations['split'] = []
  for (const alert of open) {
    if (goesOn.has(alert)) continue
    const at = strongest(signals.map((signal, i) => (matches[i] ? shareOf(signal, alert) : 0)))
    if (at >= 0) merged.push({ alert: alert.id, into: matches[at]!.id })
  }
  signals.forEach((signal, i) => {
    if (matches[i]) return
    const at = strongest(open.map((alert) => (goesOn.has(alert) ? shareOf(signal, alert) : 0)))
    if (at >= 0) split.push({ signal: i, from: open[at]!.id })
  })
  return { merged, split }
}

/** Shared tickets as a share of the smaller set; 0 for another family. */
function shareOf(signal: FreshSignal, alert: OpenAlert): number {
  if (signal.family !== alert.family || signal.tickets.length === 0 || alert.tickets.size === 0) return 0
  return signal.tickets.filter((ticket) => alert.tickets.has(ticket)).length / Math.min(signal.tickets.length, alert.tickets.size)
}

/** Position of the greatest share that is enough, the first of equals; -1 where none is. */
function strongest(shares: readonly number[]): number {
  const most = Math.max(0, ...shares)
  return most >= OVERLAP ? shares.indexOf(most) : -1
}
