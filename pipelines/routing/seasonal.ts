/**
 * Owners of the alerts of seasons, which have no tickets: the rules of the city and the topic go before the registry's owner; silences hold for them, too.
 */
import type { PoolClient } from 'pg'
import { formatDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import type { AlertUnits } from '../../sql/alerts.ts'
import { assignUnits, insertRoutes } from '../../sql/routing.ts'
import { readSilencesOn } from '../../sql/silences.ts'
import type { PlaceRow, TopicRow } from '../../sql/trees.ts'
import { readRouter } from './assign.ts'
import type { Designation, RouteStep } from './choose.ts'
import { silenceOf } from './held.ts'
import { readDesignations } from './refusals.ts'

/** `held`: the silence that keeps it from being told. */
export interface SeasonalRoute { step: RouteStep, rule: string | null, units: AlertUnits, held: string | null }

export interface SeasonalRouting {
  /** @param units  those that the registry gives */
  assign(id: string, place: PlaceRow, family: TopicRow, units: AlertUnits): Promise<SeasonalRoute>
  /** After the alerts' nights. */
  save(alerts: readonly { id: string, route: SeasonalRoute, isNew: boolean }[]): Promise<void>
}

export async function readSeasonalRouting(
  client: PoolClient,
  { night, places, topics, hotlineUnit, withheldAs }: { night: Day, places: ReadonlyMap<number, PlaceRow>, topics: ReadonlyMap<number, TopicRow>, hotlineUnit: string, withheldAs: 'past_night' | 'catch_up' | 'replay' },
): Promise<SeasonalRouting> {
  const date = formatDay(night)
  const router = await readRouter(client, { night: date, places, topics, hotlineUnit })
  const silences = await readSilencesOn(client, date)
  return {
    async assign(id, place, family, given) {
      const designations = withheldAs === 'replay' ? new Map<string, Designation>() : await readDesignations(client, [id], date, (name) => router.units.find((unit) => unit.name === name)?.id)
      const route = router.choose({ place, topic: family, shares: [], designation: designations.get(id) })
      let units = given
      if (route.rule || designations.has(id)) {
        const co = [...new Set([...given.coUnitIds, ...route.coUnitIds])].filter((unit) => unit !== route.leadUnitId).sort((a, b) => a - b)
        units = { leadUnitId: route.leadUnitId, territoryUnitId: given.territoryUnitId, coUnitIds: co }
        await assignUnits(client, [{ id, lead: units.leadUnitId, reason: route.step, territory: units.territoryUnitId, co }])
      }
      const silence = silenceOf(silences, {
        places: place.rollup.map((at) => places.get(at)!.path), topics: family.rollup.slice(1).map((at) => topics.get(at)!.path), kind: 'seasonal', unit: router.nameOf(units.leadUnitId), level: 'blue',
      })
      return { step: route.step, rule: route.rule?.id ?? null, units, held: silence?.id ?? null }
    },
    async save(alerts) {
      await insertRoutes(client, date, alerts.map(({ id, route: { step, rule, held }, isNew }) => ({
        alertId: id, step, rule, version: rule === null ? null : router.version, refused: [], suggestion: null, held: held === null ? null : 'silenced', heldBy: held, news: isNew && held === null ? 'opened' : null,
      })))
    },
  }
}
