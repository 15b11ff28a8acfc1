/**
 * What exceeded the budgets of units, for the digests of those who ask for it: ranked, and not lost.
 */
import { sentNames } from '../../pipelines/alert-news.ts'
import { listWithheld } from '../../pipelines/routing/withheld.ts'
import type { WithheldAlert } from '../../pipelines/routing/withheld.ts'
import type { Queryable } from '../../sql/db.ts'
import type { Subscription } from '../../sql/subscriptions.ts'
import { asksFor } from './plan.ts'

/** In the order of the ranks; of the night's alerts within what the subscription asks for. */
export async function readBeyond(db: Queryable, subscription: Subscription, night: string): Promise<WithheldAlert[]> {
  const asked = (await listWithheld(db, night)).filter((alert) => alert.reason === 'over_budget' && asksFor(subscription, {
    unit: alert.lead_unit, place: alert.place.join('›'), topic: alert.topic.join('›'), kind: alert.kind, level: alert.level,
  }))
  return asked.map((alert) => ({ ...alert, place: sentNames(alert.place.join('›')), topic: sentNames(alert.topic.join('›')) }))
}
