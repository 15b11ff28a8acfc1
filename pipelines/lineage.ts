/**
 * Which of tonight's signals continue which open alert: one open alert per cause.
 *
 * The same place and family continue the same alert. What is left is matched to an open alert of the family with which it shares
 * tickets: the cluster has grown, shrunk or moved to a neighbour. Anything else is a new alert.
 */
export interface OpenAlert { id: string, place: number, family: number, tickets: ReadonlySet<string> }

export interface FreshSignal { place: number, family: number, tickets: readonly string[] }

/** Share of the signal's tickets that must already belong to the alert. */
const OVERLAP = 0.5

/**
 * @param signals  strongest first; at most one per place and family
 * @returns per signal the alert it continues, or undefined for a new one; no alert is given twice
 */
export function matchSignals(signals: readonly FreshSignal[], open: readonly OpenAlert[]): (OpenAlert | undefined)[] {
  const matched = new Array<OpenAlert | undefined>(signals.length).fill(undefined)
  const used = new Set<string>()
  signals.forEach((signal, i) => {
    const same = open.find((alert) => !used.has(alert.id) && alert.place === signal.place && alert.family === signal.family)
    if (!same) return
    matched[i] = same
    used.add(same.id)
  })
  signals.forEach((signal, i) => {
    if (matched[i]) return
    let best: OpenAlert | undefined
    let bestShared = OVERLAP * signal.tickets.length
    for (const alert of open) {
      if (used.has(alert.id) || alert.family !== signal.family) continue
      const shared = signal.tickets.filter((ticket) => alert.tickets.has(ticket)).length
      if (shared < bestShared) continue
      best = alert
      bestShared = shared + 1e-9
    }
    if (!best) return
    matched[i] = best
    used.add(best.id)
  })
  return matched
}
