/**
 * The ordinary tickets of a day: each topic's mean by season and weekday, more spread than Poisson, laid onto places by
 * households and a lasting gamma factor of each place and family. Now and then a neighbour calls about the same (twins),
 * a caller calls again (repeats), and a few places have their topic all the year (chronic). None of this is an episode.
 */
import type { Day } from '../../core/days.ts'
import type { Rng } from '../../core/rng.ts'
import type { CityMap, SiteKind } from './layout.ts'
import type { DemoParams } from './params.ts'
import { drawCaller } from './people.ts'
import type { Caller } from './people.ts'
import { dayFactor, drawSecond, heatingFactor, seasonFactor } from './rhythm.ts'
import type { AppealType, Draft, RowContext } from './ticket-row.ts'
import type { DemoLeaf, WhereKey } from './topics.ts'
import type { Weather } from './weather.ts'

/** Shares of tickets that name a site, only a street, only a district; the rest names nothing. */
const LEVELS: Readonly<Record<'consult' | 'none' | 'street' | 'site', readonly [number, number, number]>> = {
  consult: [0.03, 0.04, 0.07], none: [0.14, 0.2, 0.26], street: [0.12, 0.73, 0.12], site: [0.66, 0.22, 0.07],
}

/** Which sites a topic's tickets name. */
const KINDS: Readonly<Record<WhereKey, Partial<Record<SiteKind, number>>>> = {
  home: { 小区: 1 }, project: { 在建项目: 1 }, construction: { 小区: 0.85, 在建项目: 0.15 }, wages: { 小区: 0.75, 在建项目: 0.25 }, school: { 学校: 1 },
  market: { 市场: 0.5, 小区: 0.5 }, mall: { 商场: 0.3, 小区: 0.7 }, shop: { 商场: 0.2, 小区: 0.8 }, junction: { 路口: 1 }, street: { 路口: 0.4, 小区: 0.6 }, none: { 小区: 1 },
}

const TYPES: readonly AppealType[] = ['求助', '投诉', '举报', '建议', '感谢', '其他']
const TYPE_WEIGHTS = running([0.62, 0.17, 0.06, 0.09, 0.01, 0.05])
const CHANNELS = ['电话', '微信', 'APP', '网站', '领导留言板']
const CHANNEL_WEIGHTS = running([0.66, 0.15, 0.1, 0.06, 0.03])

/** Published shares of hotlines lie between 47 and 64 percent. */
const CONSULT_SHARE = 0.55
const STAFF_SHARE = 0.012
const REGULAR_CALLER_SHARE = 0.02
const TWIN_SHARE = 0.025
const REPEAT_SHARE = 0.02
/** What repeats, twins, chronic places and episodes add to the plain draws, less what holidays take; keeps the mean at ticketsPerDay. */
const EXTRA = 1.008
const AT_HOME: ReadonlySet<string> = new Set(['night', 'evening'])

export interface Background {
  /** Ordinary drafts of the day, in no order. */
  draw(day: Day, rng: Rng): Draft[]
  /** What an ordinary ticket leads to on later days: null, or a repeat or a twin with the day on which it comes. */
  follow(day: Day, draft: Draft, number: string, rng: Rng): { day: Day, draft: Draft } | null
}

export function createBackground(context: RowContext, params: DemoParams, weather: Weather, from: Day, free: readonly number[], rng: Rng): Background {
  const { map, tree, calendar } = context
  const sites = tree.families.map((family) => siteWeights(map, rng.fork(`places/${family.name}`)))
  const familyOf = tree.leaves.map((leaf) => tree.families.findIndex((family) => family.path[1] === leaf.path[1] && family.path[0] === leaf.path[0]))
  const leafSites = tree.leaves.map((leaf, i) => mixKinds(map, sites[familyOf[i]!]!, KINDS[leaf.where]))
  const streets = running(map.streets.map((street) => (street.place.households ?? 0) * (0.7 + 0.6 * rng.next()) + 1))
  const regulars = Array.from({ length: Math.max(10, Math.round(params.ticketsPerDay)) }, () => drawCaller(rng))
  const plain = params.ticketsPerDay / EXTRA
  const appealScale = (plain * (1 - CONSULT_SHARE)) / tree.leaves.reduce((sum, leaf) => sum + leaf.appeals, 0)
  const consultScale = (plain * CONSULT_SHARE) / tree.leaves.reduce((sum, leaf) => sum + leaf.consults, 0)
  const chronic = drawChronic(context, params, free, rng.fork('chronic'))

  const locate = (leaf: number, levels: readonly [number, number, number], random: Rng): Pick<Draft, 'site' | 'street' | 'district'> => {
    let u = random.next()
    if ((u -= levels[0]) < 0) return { site: random.weighted(leafSites[leaf]!), street: -1, district: -1 }
    if ((u -= levels[1]) < 0) return { site: -1, street: random.weighted(streets), district: -1 }
    if ((u -= levels[2]) < 0) return { site: -1, street: -1, district: map.streets[random.weighted(streets)]!.district }
    return { site: -1, street: -1, district: -1 }
  }
  const caller = (random: Rng): Caller => (random.next() < REGULAR_CALLER_SHARE ? regulars[random.below(regulars.length)]! : drawCaller(random))
  const ticket = (leaf: DemoLeaf, index: number, isConsult: boolean, random: Rng): Draft => {
    const isStaff = !isConsult && random.next() < STAFF_SHARE
    const type = isConsult ? '咨询' : TYPES[random.weighted(TYPE_WEIGHTS)]!
    return {
      tenth: drawSecond(isConsult || isStaff ? 'day' : leaf.hours, random) * 10 + random.below(10), leaf: index,
      ...locate(index, LEVELS[isConsult ? 'consult' : leaf.where === 'none' || leaf.where === 'street' ? leaf.where : 'site'], random),
      type, channel: isStaff ? '网格巡查' : CHANNELS[random.weighted(CHANNEL_WEIGHTS)]!, caller: isStaff ? null : caller(random),
      phrase: null, repeatOf: '',
    }
  }

  return {
    draw: (day, random) => {
      const drafts: Draft[] = []
      const growth = 1 +  (0.03 * (day - from)) / 365
      const usual = dayFactor(calendar, day, false)
      const atHome = dayFactor(calendar, day, true)
      const cold = heatingFactor(day, weather.celsius[day - from]!)
      for (let i = 0; i < tree.leaves.length; i++) {
        const leaf = tree.leaves[i]!
        const season = leaf.season === 'heating' ? cold : seasonFactor(leaf.season, day)
        const mean = growth * season * random.gamma(60, 1 / 60)
        for (let n = random.poisson(mean * appealScale * leaf.appeals * (AT_HOME.has(leaf.hours) ? atHome : usual)); n > 0; n--) drafts.push(ticket(leaf, i, false, random))
        for (let n = random.poisson(mean * consultScale * leaf.consults * usual); n > 0; n--) drafts.push(ticket(leaf, i, true, random))
      }
      for (const { site, leaf: index, rate } of chronic) {
        const leaf = tree.leaves[index]!
        const season = leaf.season === 'heating' ? cold : seasonFactor(leaf.season, day)
        for (let n = random.poisson(rate * season); n > 0; n--) drafts.push({ ...ticket(leaf, index, false, random), site, street: -1, district: -1 })
      }
      return drafts
    },
    follow: (day, draft, number, random) => {
      const u = random.next()
      if (draft.caller === null || draft.type === '咨询' || draft.type === '感谢') return null
      const tenth = drawSecond(tree.leaves[draft.leaf]!.hours, random) * 10 + random.below(10)
      if (u < REPEAT_SHARE) return { day: day + 2 + Math.floor(random.gamma(1.5, 5)), draft: { ...draft, tenth, repeatOf: number } }
      if (u < REPEAT_SHARE + TWIN_SHARE && draft.site >= 0) return { day: day + 1 + random.below(2), draft: { ...draft, tenth, caller: drawCaller(random), repeatOf: '' } }
      return null
    },
  }
}

/** Households (or 300) times a gamma factor, so that a family has its bad places. The seed's project was a quiet one before. */
function siteWeights(map: CityMap, rng: Rng): Float64Array {
  return Float64Array.from(map.sites, (site, i) => (site.households || 300) * rng.gamma(2.5, 0.4) * (i === map.seedSite ? 0.15 : 1))
}

/** Running sums over the sites with the kinds in the given shares. */
function mixKinds(map: CityMap, weights: Float64Array, shares: Partial<Record<SiteKind, number>>): Float64Array {
  const sums = new Map<SiteKind, number>()
  map.sites.forEach((site, i) => sums.set(site.kind, (sums.get(site.kind) ?? 0) + weights[i]!))
  const mixed = running(map.sites.map((site, i) => ((shares[site.kind] ?? 0) * weights[i]!) / sums.get(site.kind)!))
  return mixed.at(-1)! > 0 ? mixed : running(Array.from(weights)) // a small city may lack the kind
}

interface Chronic { site: number, leaf: number, rate: number }

/** One to three tickets a week each, all the time. */
function drawChronic({ map, tree }: RowContext, params: DemoParams, free: readonly number[], rng: Rng): Chronic[] {
  const topics = tree.leaves.flatMap((leaf, i) => (['占道经营', '广场舞', '社会生活噪声', '餐饮油烟', '小区停车', '服务不到位'].includes(leaf.name) ? [i] : []))
  return Array.from({ length: params.chronic }, () => {
    const leaf = topics[rng.below(topics.length)]!
    const kinds = KINDS[tree.leaves[leaf]!.where]
    const fitting = free.filter((i) => kinds[map.sites[i]!.kind])
    return { site: (fitting.length ? fitting : free)[rng.below(fitting.length || free.length)]!, leaf, rate: 0.15 + 0.3 * rng.next() }
  })
}

function running(weights: readonly number[]): Float64Array {
  let sum = 0
  return Float64Array.from(weights, (weight) => (sum += weight))
}
