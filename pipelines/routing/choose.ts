/**
 * Which unit owns an alert, location first: a rule for its very compound or point, then territory and trade, then the topic's
 * default, then the unit to which its tickets went, then the registry's owner of the topic, and the hotline's desk last.
 * One pure function for the night and for the tester: what the tester shows is what the night does.
 */
import { holdsOn, TERRITORY } from './rules.ts'
import type { RoutingRule } from './rules.ts'

export const ROUTE_STEPS = ['designated', 'direct', 'territory', 'topic', 'tickets', 'topic_owner', 'hotline_desk'] as const
export type RouteStep = (typeof ROUTE_STEPS)[number]

export interface RoutedPlace { path: string, kind: string, rollup: readonly number[] }
export interface RoutedTopic { path: string, rollup: readonly number[] }

export interface UnitFacts { id: number, name: string, kind: string, territory: string | null, topics: readonly string[] }

/** A unit's share of an alert's tickets. */
export interface TicketShare { unitId: number, n: number, share: number }

/** What people decided about one alert, as known on the night. */
export interface Designation {
  /** The unit that the hotline's desk named since the last refusal; null while it named none. */
  unitId: number | null
  /** Units that refused it. */
  refused: readonly number[]
  /** So many refusals that the desk has to name the unit. */
  exhausted: boolean
}

export interface Question {
  place: RoutedPlace
  topic: RoutedTopic
  /** Of the alert's own tickets; undefined where no alert is asked about. */
  shares?: readonly TicketShare[] | undefined
  designation?: Designation | undefined
}

/** won; no_rule: none speaks of it; unknown_unit: no unit has the rule's name; refused: the unit would not; none: nothing to go by; not_asked: no alert was given; later: the question was settled before. */
export type Outcome = 'won' | 'no_rule' | 'unknown_unit' | 'no_territory' | 'refused' | 'none' | 'not_asked' | 'later'

export interface Considered { step: RouteStep, rule: RoutingRule | null, unit: string | null, outcome: Outcome }

export interface Route {
  step: RouteStep
  leadUnitId: number
  rule: RoutingRule | null
  territoryUnitId: number | null
  coUnitIds: number[]
  /** Every step with what it has to say, in order; of those after the winner what they would have said. */
  considered: Considered[]
}

/** A unit is asked to help from this share of the tickets on. */
const CO_SHARE = 0.2
/** Places at which a rule speaks of one thing, not of a territory. */
const DIRECT_KINDS: readonly string[] = ['compound', 'point']

export interface Router {
  choose(question: Question): Route
}

interface Ranked { rule: RoutingRule, step: RouteStep, placeDepth: number, topicDepth: number }

/**
 * @param kindOf  kind of the place of a path, undefined where there is none
 * @param paths   paths of places and topics by id
 */
export function createRouter(
  { rules, night, units, hotlineUnit, kindOf, placePath, topicPath }: {
    rules: readonly RoutingRule[], night: string, units: readonly UnitFacts[], hotlineUnit: string
    kindOf(path: string): string | undefined, placePath(id: number): string, topicPath(id: number): string
  },
): Router {
  const byName = new Map(units.map((unit) => [unit.name, unit]))
  const byId = new Map(units.map((unit) => [unit.id, unit]))
  const desk = byName.get(hotlineUnit)!
  const territories = new Map<string, UnitFacts>()
  for (const unit of units) {
    const other = unit.territory === null ? undefined : territories.get(unit.territory)
    if (unit.territory !== null && (!other || unit.name < other.name)) territories.set(unit.territory, unit)
  }
  const owners = new Map<string, UnitFacts>()
  for (const unit of units) {
    for (const path of unit.topics) {
      const other = owners.get(path)
      if (!other || unit.id < other.id) owners.set(path, unit)
    }
  }
  const index = new Map<string, Ranked[]>()
  for (const rule of rules) {
    if (!holdsOn(rule, night)) continue
    const ranked = { rule, step: stepOf(rule, kindOf), placeDepth: depthOf(rule.place), topicDepth: depthOf(rule.topic) }
    const key = keyOf(rule.place, rule.topic)
    index.set(key, [...(index.get(key) ?? []), ranked])
  }

  function matching(places: readonly (string | null)[], topics: readonly (string | null)[]): Ranked[] {
    if (index.size === 0) return []
    return places.flatMap((place) => topics.flatMap((topic) => index.get(keyOf(place, topic)) ?? []))
      .sort((a, b) => b.placeDepth - a.placeDepth || b.topicDepth - a.topicDepth || (a.rule.id < b.rule.id ? -1 : 1))
  }

  return {
    choose({ place, topic, shares, designation }) {
      const places = place.rollup.map(placePath)
      const topics = topic.rollup.slice(1).map(topicPath)
      const territory = places.toReversed().map((path) => territories.get(path)).find((unit) => unit !== undefined) ?? null
      const owner = topics.toReversed().map((path) => owners.get(path)).find((unit) => unit !== undefined) ?? null
      const rulesHere = matching([null, ...places], [null, ...topics])
      const refused = new Set(designation?.refused ?? [])
      const considered: Considered[] = []
      let won: { step: RouteStep, unit: UnitFacts, rule: RoutingRule | null } | undefined

      const consider = (step: RouteStep, rule: RoutingRule | null, unit: UnitFacts | null | undefined, missing: Outcome, name: string | null = unit?.name ?? null): void => {
        const outcome: Outcome = won ? 'later' : !unit ? missing : refused.has(unit.id) && step !== 'designated' && step !== 'hotline_desk' ? 'refused' : 'won'
        considered.push({ step, rule, unit: name, outcome })
        if (outcome === 'won') won = { step, unit: unit!, rule }
      }

      consider('designated', null, designation?.unitId == null ? null : byId.get(designation.unitId), 'none')
      if (!won && designation?.exhausted) consider('hotline_desk', null, desk, 'none')
      for (const step of ['direct', 'territory', 'topic'] as const) {
        const own = rulesHere.filter((ranked) => ranked.step === step)
        if (own.length === 0) considered.push({ step, rule: null, unit: null, outcome: 'no_rule' })
        for (const { rule } of own) {
          if (rule.unit === TERRITORY) consider(step, rule, territory, 'no_territory', territory?.name ?? null)
          else consider(step, rule, byName.get(rule.unit), 'unknown_unit', rule.unit)
        }
      }
      const known = (shares ?? []).filter((share) => byId.has(share.unitId)).sort((a, b) => b.n - a.n || (byId.get(a.unitId)!.name < byId.get(b.unitId)!.name ? -1 : 1))
      if (known.length === 0) considered.push({ step: 'tickets', rule: null, unit: null, outcome: shares ? 'none' : 'not_asked' })
      // The next of those that refused is asked only where one did.
      for (const { unitId } of refused.size > 0 ? known : known.slice(0, 1)) consider('tickets', null, byId.get(unitId), 'none')
      consider('topic_owner', null, owner, 'none')
      if (!considered.some(({ step }) => step === 'hotline_desk')) consider('hotline_desk', null, desk, 'none')

      const { step, unit, rule } = won!
      const helpers = [
        ...known.filter(({ share }) => share >= CO_SHARE).map(({ unitId }) => unitId), owner?.id, territory?.id,
        ...(rule?.co ?? []).map((name) => byName.get(name)?.id),
      ]
      const coUnitIds = [...new Set(helpers)].filter((id) => id !== undefined && id !== unit.id && !refused.has(id)) as number[]
      return { step, leadUnitId: unit.id, rule, territoryUnitId: territory?.id ?? null, coUnitIds: coUnitIds.sort((a, b) => a - b), considered }
    },
  }
}

/** Where a rule is asked: by its very place, by a territory, or by its topic alone. */
export function stepOf({ place, unit }: Pick<RoutingRule, 'place' | 'unit'>, kindOf: (path: string) => string | undefined): RouteStep {
  if (place !== null && DIRECT_KINDS.includes(kindOf(place) ?? '')) return 'direct'
  return place !== null || unit === TERRITORY ? 'territory' : 'topic'
}

function keyOf(place: string | null, topic: string | null): string {
  return `${place ?? ''}\n${topic ?? ''}`
}

function depthOf(path: string | null): number {
  return path === null ? 0 : path.split('›').length
}
