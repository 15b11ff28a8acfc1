/**
 * Which counts of a tree may be shown: none of one or two callers, and none from which such a one could be worked out.
 */
import { FEWEST_CALLERS } from './document.ts'
import type { Counts } from './document.ts'

export interface Plain { callers: number, tickets: number }
export type Hidden = 'few' | 'extra'

/**
 * Marks children of one parent. Beside small ones the smallest others are hidden until no child is the whole of what is left, and until
 * what the parent has beyond the shown children is nothing or at least three tickets. O(children²).
 *
 * @param parent   counts of the parent, which are shown; undefined where nobody can see them
 * @param children id → counts
 * @param hidden   ids that are hidden already; what is hidden here is added
 */
export function hideAmong(parent: Plain | undefined, children: ReadonlyMap<number, Plain>, hidden: Map<number, Hidden>): void {
  for (const [id, { callers }] of children) if (callers > 0 && callers < FEWEST_CALLERS && !hidden.has(id)) hidden.set(id, 'few')
  if (!parent) return
  const own = parent.tickets - [...children.values()].reduce((sum, counts) => sum + counts.tickets, 0)
  const order = [...children].filter(([, counts]) => counts.callers > 0).sort(([a, one], [b, two]) => one.callers - two.callers || one.tickets - two.tickets || a - b)
  for (;;) {
    const concealed = order.filter(([id]) => hidden.has(id)).length
    const rest = parent.tickets - order.reduce((sum, [id, counts]) => sum + (hidden.has(id) ? 0 : counts.tickets), 0)
    if (!(concealed === 1 && own === 0) && !(rest > 0 && rest < FEWEST_CALLERS)) return
    const next = order.find(([id]) => !hidden.has(id))
    if (!next) return
    hidden.set(next[0], 'extra')
  }
}

export function showOrHide(counts: Plain, hidden: Hidden | undefined): Counts {
  const mark = hidden ?? (counts.callers > 0 && counts.callers < FEWEST_CALLERS ? 'few' : undefined)
  return mark ? { callers: mark, tickets: mark } : { callers: counts.callers, tickets: counts.tickets }
}
