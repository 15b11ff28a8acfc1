/**
 * Episodes with a course of their own: stalled housing projects, a heating pipe that serves several compounds, a smell
 * that drifts over three streets.
 */
import { formatDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import type { Rng } from '../../core/rng.ts'
import { HOUSING_VOICES } from './episode-kinds.ts'
import type { Voice } from './episode-kinds.ts'
import { createCallers, planTicket, schedule, takeSite } from './episode-plan.ts'
import type { Episode, PlanContext, Planned } from './episode-plan.ts'
import { nearestStreets } from './layout.ts'
import { drawVoice, readVoices, takeVoice } from './voices.ts'

/** Days from the first ticket until the end, and the day of the n-th of 96 tickets: a trickle, then a rising stream. */
const SEED_DAYS = 236
const SEED_COURSE: readonly (readonly [ticket: number, day: number])[] = [
  [1, 0], [2, 3], [3, 5], [4, 8], [5, 10], [7, 22], [9, 37], [12, 55], [15, 75], [20, 107], [25, 130], [30, 148], [40, 174], [50, 193], [70, 216], [96, 235.4],
]
/** Day of the fifth ticket: the onset, which a shorter course does not stretch. */
const FIFTH_DAY = 10
/** Days after the city's last day at which the project is due. */
const SEED_DUE_AFTER = 38
/** Before this ticket nobody speaks of late delivery: stalled work and unpaid wages come first. */
const FIRST_DELAY_TICKET = 13
const DELAY = 0
const STALLED = 1
const FUNDS = 2
const UNPAID = 5

/** 520 households, due some weeks after the end: 停工 first, then 欠薪, then 延期交房; about 80 of 96 callers distinct. */
export function planSeedCase(context: PlanContext, rng: Rng): Episode {
  const { until, from, map } = context
  const days = Math.min(SEED_DAYS, (until - from) * 0.85)
  context.taken.add(map.seedSite)
  const due = formatDay(until + SEED_DUE_AFTER)
  const [year, month, day] = due.split('-').map(Number)
  const voices: Voice[] = HOUSING_VOICES.map(([family, leaf, weight, phrases]) => [family, leaf, weight, leaf === '延期交房' ? [...phrases, `合同约定${year}年${month}月${day}日前交房，按现在进度不可能完成`] : phrases])
  return { ...planCourse(context, { id: 'seed-case', site: map.seedSite, start: until - days, days, total: 96, voices }, rng), dueOn: due }
}

/** Another project, smaller or faster than the seed's. */
export function planHousing(context: PlanContext, i: number, start: Day, rng: Rng): Episode {
  const site = takeSite(context, '在建项目', rng)
  const days = Math.min(100 + rng.below(90), context.until - start)
  return planCourse(context, { id: `housing-${String(i + 2).padStart(2, '0')}`, site, start, days, total: 26 + rng.below(50), voices: HOUSING_VOICES }, rng)
}

interface Course { id: string, site: number, start: number, days: number, total: number, voices: readonly Voice[] }

/** The seed's course, shortened in time and thinned in number; the first five tickets keep their days where they can. */
function planCourse({ tree, map, until }: PlanContext, { id, site, start, days, total, voices: said }: Course, rng: Rng): Episode {
  const voices = readVoices(tree, said)
  const callers = createCallers(12, 0.19, rng)
  const early = Math.min(1, days / 60)
  const tickets: Planned[] = []
  for (let n = 1; n <= total; n++) {
    const onCourse = n <= 5 ? n : 5 + ((n - 5) * 91) / (total - 5)
    const offset = onCourse <= 5 ? dayOnCourse(onCourse) * early : FIFTH_DAY * early + ((dayOnCourse(onCourse) - FIFTH_DAY) * (days - FIFTH_DAY * early)) / (SEED_DAYS - FIFTH_DAY)
    const jitter = onCourse <= 5 ? 0 : (rng.next() - 0.5) * 3
    const day = Math.min(until - 1, Math.floor(start + Math.max(0, offset + jitter)))
    const voice = n === 7 || n === 9 ? takeVoice(voices, UNPAID, rng)
      : n === 3 || n === 8 ? takeVoice(voices, FUNDS, rng)
        : n < FIRST_DELAY_TICKET ? takeVoice(voices, STALLED, rng)
          : n === FIRST_DELAY_TICKET ? takeVoice(voices, DELAY, rng) : drawVoice(voices, rng)
    tickets.push(planTicket({ day, site, hours: 'day', caller: callers(), ...voice }, rng))
  }
  return { kind: 'housing', id, shouldAlert: true, places: [map.sites[site]!.place.path], tickets }
}

function dayOnCourse(ticket: number): number {
  let k = 1
  while (k < SEED_COURSE.length - 1 && SEED_COURSE[k]![0] < ticket) k++
  const [n0, d0] = SEED_COURSE[k - 1]!
  const [n1, d1] = SEED_COURSE[k]!
  return d0 + ((ticket - n0) / (n1 - n0)) * (d1 - d0)
}

const HEATING_VOICES: readonly Voice[] = [
  ['供热', '停暖', 0.6, ['降温后暖气突然停了，室内只有十度', '主管道爆裂后一直没有恢复供暖', '换热站故障，整个小区没有暖气']],
  ['供热', '温度不达标', 0.3, ['暖气时有时无，室温不到十四度']],
  ['供热', '供热漏水', 0.1, ['暖气管道爆裂，楼前积水结冰']],
]

/** One pipe: four of the first five calls come from one compound, the rest of the street follows. */
export function planHeating(context: PlanContext, i: number, start: Day, rng: Rng): Episode {
  const { map, tree } = context
  const main = takeSite(context, '小区', rng)
  const sites = [main]
  for (let k = 1 + rng.below(4); k > 0; k--) sites.push(takeSite(context, '小区', rng, map.sites[main]!.street))
  const voices = readVoices(tree, HEATING_VOICES)
  const callers = createCallers(6, 0.12, rng)
  const tickets = schedule(24 + rng.below(36), 5, 0.9, 4 + rng.below(4), -1, rng).map((time, k) => {
    const site = k !== 3 && (k < 5 || rng.next() < 0.5) ? main : sites[rng.below(sites.length)]!
    return planTicket({ day: start + Math.floor(time), site, hours: 'evening', caller: callers(), ...drawVoice(voices, rng) }, rng)
  })
  return { kind: 'heating', id: `heating-${String(i + 1).padStart(2, '0')}`, shouldAlert: true, places: sites.map((site) => map.sites[site]!.place.path), tickets }
}

const SMELL_VOICES: readonly Voice[] = [
  ['异味', '工业异味', 0.6, ['傍晚开始有刺鼻的化工气味', '空气中有臭鸡蛋味，头疼恶心', '气味随风飘来，窗户不敢开']],
  ['异味', '不明气味', 0.4, ['每天晚上闻到不明刺激性气味', '气味越来越重，不知道来源']],
]

/** The second street begins after the first is well under way, the third after the second. */
export function planSmell(context: PlanContext, i: number, start: Day, rng: Rng): Episode {
  const { map, tree } = context
  const first = rng.below(map.streets.length)
  const second = nearestStreets(map, first)[0] ?? first
  const third = nearestStreets(map, second).find((street) => street !== first) ?? second
  const streets = [first, second, third]
  const voices = readVoices(tree, SMELL_VOICES)
  const callers = createCallers(5, 0.12, rng)
  const days = 15 + rng.below(7)
  const tickets = schedule(30 + rng.below(31), 5, 2.8, days, 0.8, rng).map((time, k) => {
    const position = k < 5 ? 0 : Math.min(2.99, Math.max(0, (time / days) * 3 + 0.7 * rng.normal() * 0.6))
    const street = streets[Math.floor(position)]!
    const homes = map.streets[street]!.sites.filter((site) => map.sites[site]!.kind === '小区')
    const where = rng.next() < 0.6 && homes.length ? { site: homes[rng.below(homes.length)]! } : { street }
    return planTicket({ day: start + Math.floor(time), ...where, hours: 'evening', caller: callers(), ...drawVoice(voices, rng) }, rng)
  })
  return { kind: 'smell', id: `smell-${String(i + 1).padStart(2, '0')}`, shouldAlert: true, places: [...new Set(streets)].map((street) => map.streets[street]!.place.path), tickets }
}
