/**
 * What a demo city may be asked to be. A params file is JSON with any of these keys; an unknown key is refused.
 */
import { readFileSync } from 'node:fs'
import { formatDay, parseDay } from '../../core/days.ts'
import { BadInputError, InvalidOptionError } from '../../core/errors.ts'
import { resolveOptions } from '../../core/options.ts'

export interface DemoParams {
  /** Name of the city: root of all place paths. */
  city: string
  /** First day, YYYY-MM-DD; left out, it is `until` minus `days`. */
  from: string
  /** Exclusive end, YYYY-MM-DD: the export was made at this midnight. */
  until: string
  days: number
  ticketsPerDay: number
  districts: number
  /** Streets and towns of the whole city; left out, ten a district. */
  streets: number
  /** Compounds, building sites, schools, markets, malls and junctions; left out, fifteen a street. */
  sites: number
  /** Days at the start in which nothing is planted, so that detectors have a past to learn from. */
  warmUpDays: number
  /** 1 plants the seed's case: 520 households, due some weeks after `until`, 90+ tickets. */
  seedCase: number
  /** Planted episodes by kind over the whole time; left out, in proportion to days and sites, one at least. */
  housing: number
  heating: number
  water: number
  noise: number
  wages: number
  prepaid: number
  smell: number
  small: number
  storms: number
  coldWaves: number
  sweeps: number
  campaigns: number
  /** Pairs of place and topic with several tickets a week all the time: usual there, no episode. */
  chronic: number
}

export const DEMO_DEFAULTS: Readonly<DemoParams> = {
  city: '云川市', from: '2024-11-23', until: '2026-11-23', days: 730, ticketsPerDay: 1500,
  districts: 10, streets: 100, sites: 1500, warmUpDays: 60, seedCase: 1,
  housing: 5, heating: 8, water: 14, noise: 16, wages: 14, prepaid: 12, smell: 8, small: 40,
  storms: 4, coldWaves: 3, sweeps: 8, campaigns: 6, chronic: 14,
}

/** Counts that follow the size of the city and its time unless they are given. */
export const EPISODE_COUNTS = [
  'housing', 'heating', 'water', 'noise', 'wages', 'prepaid', 'smell', 'small', 'storms', 'coldWaves', 'sweeps', 'campaigns', 'chronic',
] as const satisfies readonly (keyof DemoParams)[]

const COUNT = [0, 500, 'whole'] as const
const RANGES = {
  days: [14, 3660, 'whole'], ticketsPerDay: [1, 200_000], districts: [1, 40, 'whole'], streets: [1, 900, 'whole'], sites: [20, 40_000, 'whole'],
  warmUpDays: [0, 400, 'whole'], seedCase: [0, 1, 'whole'],
  housing: COUNT, heating: COUNT, water: COUNT, noise: COUNT, wages: COUNT, prepaid: COUNT, smell: COUNT, small: COUNT,
  storms: COUNT, coldWaves: COUNT, sweeps: COUNT, campaigns: COUNT, chronic: COUNT,
} as const

/**
 * Fills in what was left out: dates from `days`, streets and sites from districts, episode counts from both.
 *
 * @throws {InvalidOptionError} an unknown key, a number out of range, dates that contradict `days`
 */
export function resolveDemoParams(given: Partial<DemoParams>): DemoParams {
  const params = resolveOptions('demo params', DEMO_DEFAULTS, RANGES, given)
  if (typeof params.city !== 'string' || !/^\p{Script=Han}{2,12}$/u.test(params.city)) {
    throw new InvalidOptionError('demo params.city', params.city, '2 to 12 Chinese characters')
  }
  const until = parseDay(params.until, 'demo params.until')
  if (given.from !== undefined) {
    const days = until - parseDay(params.from, 'demo params.from')
    if (given.days !== undefined && given.days !== days) {
      throw new InvalidOptionError('demo params.days', given.days, `${days}, the days from ${params.from} until ${params.until}, or nothing`)
    }
    if (days < RANGES.days[0] || days > RANGES.days[1]) throw new InvalidOptionError('demo params.from', params.from, '14 to 3660 days before until')
    params.days = days
  }
  params.from = formatDay(until - params.days)
  if (given.streets === undefined) params.streets = params.districts * 10
  if (given.sites === undefined) params.sites = params.streets * 15
  if (params.streets < params.districts) throw new InvalidOptionError('demo params.streets', params.streets, 'at least one a district')
  if (params.sites < params.streets * 5) throw new InvalidOptionError('demo params.sites', params.sites, 'at least five a street')
  if (given.warmUpDays === undefined) params.warmUpDays = Math.min(params.warmUpDays, params.days >> 2)
  const scale = (params.days / DEMO_DEFAULTS.days) * Math.min(1, params.sites / DEMO_DEFAULTS.sites)
  for (const key of EPISODE_COUNTS) {
    if (given[key] === undefined) params[key] = Math.max(1, Math.round(DEMO_DEFAULTS[key] * scale))
  }
  return params
}

/** @throws {BadInputError} no such file, no JSON object, or what `resolveDemoParams` refuses */
export function readDemoParams(path: string): Partial<DemoParams> {
  let parsed: unknown
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') throw new BadInputError('no_such_file', `no such file: ${path}`, { path }, { cause })
    throw new BadInputError('bad_params', `cannot read ${path} as JSON: ${(cause as Error).message}`, { path }, { cause })
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new BadInputError('bad_params', `${path} must hold one JSON object`, { path })
  }
  resolveDemoParams(parsed as Partial<DemoParams>)
  return parsed as Partial<DemoParams>
}
