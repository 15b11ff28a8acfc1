/**
 * A drafted ticket and its row in the export, with what the city did about it until the day of the export.
 */
import type { WorkCalendar } from '../../core/calendar.ts'
import { formatDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { lastDay } from '../../core/deadline.ts'
import type { Rng } from '../../core/rng.ts'
import type { CityMap } from './layout.ts'
import type { Caller } from './people.ts'
import { appeal, appealTitle, consultation, consultationTitle } from './phrases.ts'
import type { TopicTree } from './topics.ts'
import type { UnitPlan } from './units.ts'

export type AppealType = '咨询' | '求助' | '投诉' | '举报' | '建议' | '感谢' | '其他'

export interface Draft {
  /** Tenths of a second since midnight: order within the day and, as six digits, the ticket's number. */
  tenth: number
  leaf: number
  /** Indices into the map; -1 where the ticket does not say. A site implies its street and district. */
  site: number
  street: number
  district: number
  type: AppealType
  channel: string
  /** Null: entered by staff, no caller. */
  caller: Caller | null
  /** What is said instead of the topic's own phrases. */
  phrase: string | null
  repeatOf: string
}

export const HEADER = '工单编号,受理时间,入库时间,诉求类型,问题分类,标题,主要内容,事发地址,区县,街道,小区,承办单位,派单时间,办理截止时间,办结时间,工单状态,来电号码,姓名,受理渠道,首次满意度,最终满意度,退回次数,是否解决,旧工单编号'

export interface RowContext { map: CityMap, tree: TopicTree, units: UnitPlan, calendar: WorkCalendar, until: Day }

/** What all rows of a day share, so that no row formats a date of its own. */
export interface DayContext extends RowContext {
  day: Day
  stamp: string
  /** Dates of this day and those after it. */
  dates: string[]
  deadlines: Record<2 | 5 | 10, string>
}

const TIMES = Array.from({ length: 1440 }, (_, i) => `${String(Math.floor(i / 60)).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}:`)
const SECONDS = Array.from({ length: 60 }, (_, i) => String(i).padStart(2, '0'))
const SATISFACTION = ['满意', '基本满意', '不满意']

export function openDay(context: RowContext, day: Day): DayContext {
  const date = formatDay(day)
  const due = (count: number): string => `${formatDay(lastDay({ unit: 'working_day', amount: count, start: 'next_day' }, day, context.calendar).day)} 18:00:00`
  return {
    ...context, day, stamp: date.slice(2).replaceAll('-', ''), dates: Array.from({ length: 100 }, (_, i) => formatDay(day + i)),
    deadlines: { 2: due(2), 5: due(5), 10: due(10) },
  }
}

export function ticketNumber(stamp: string, tenth: number): string {
  return `YC-${stamp}-${String(tenth).padStart(6, '0')}`
}

/** One CSV line with its line break. */
export function writeRow(at: DayContext, draft: Draft, number: string, rng: Rng): string {
  const { map, tree } = at
  const leaf = tree.leaves[draft.leaf]!
  const second = Math.floor(draft.tenth / 10)
  const site = draft.site < 0 ? undefined : map.sites[draft.site]!
  const street = site ? map.streets[site.street]! : draft.street < 0 ? undefined : map.streets[draft.street]!
  const district = street ? map.districts[street.district]! : draft.district < 0 ? undefined : map.districts[draft.district]!
  const isConsult = draft.type === '咨询'
  const caller = draft.caller ?? STAFF
  const near = site?.name ?? street?.name ?? ''
  const title = isConsult ? consultationTitle(leaf.name) : appealTitle(near, leaf.name, rng)
  const phrase = draft.phrase ?? leaf.phrases[rng.below(leaf.phrases.length)]!
  // Answered on the call, as five of six consultations are: the title is all that was noted.
  const isAnswered = isConsult && rng.next() < 0.85
  const content = isAnswered ? '' : isConsult ? consultation(leaf.name, rng)
    : draft.type === '感谢' ? `来电人感谢${near}${leaf.name}的问题得到解决。`
      : !draft.caller ? `网格员巡查发现${near}${phrase}，请处理。`
        : appeal(caller, near, phrase, site?.kind === '小区', draft.repeatOf !== '', rng)
  const address = site && rng.next() < 0.5 ? site.road : ''
  const head = `${number},${at.dates[0]} ${time(second)},${recorded(at, second, rng)},${draft.type},${leaf.text},${title},${content},${address},${district?.name ?? ''},${street?.name ?? ''},${site?.name ?? ''},`
  const person = `${caller.phone},${caller.name},${draft.channel},`
  if (isAnswered) return `${head},,,,直接办结,${person},,,,${draft.repeatOf}\n`
  return `${head}${handling(at, draft, second, site?.street ?? draft.street, street?.district ?? draft.district, person, rng)},${draft.repeatOf}\n`
}

const STAFF: Caller = { phone: '', name: '' }

/** From 承办单位 to 是否解决; what lies after the export is not known. */
function handling(at: DayContext, draft: Draft, second: number, street: number, district: number, person: string, rng: Rng): string {
  const leaf = at.tree.leaves[draft.leaf]!
  const wrong = rng.next() < 0.05
  const returns = wrong ? 1 + (rng.next() < 0.15 ? 1 : 0) : rng.next() < 0.02 ? 1 : 0
  const unit = wrong && returns === 1 && rng.next() < 0.5 ? rng.below(at.units.units.length)
    : street >= 0 && rng.next() < leaf.streetShare ? at.units.streetUnits[street]! : at.units.leadUnit(leaf.lead, district)
  const amount = draft.type === '咨询' ? 2 : leaf.hours === 'any' ? 5 : 10
  const dispatched = Math.min(86399, second + 300 + rng.below(9000))
  const days = Math.round(Math.exp((amount === 2 ? 0.1 : amount === 5 ? 0.7 : 1.4) + 0.75 * rng.normal()) + 2 * returns)
  const closedSecond = 30600 + rng.below(32400)
  const isClosed = at.day + days < at.until && days < 100 && !(days === 0 && closedSecond <= dispatched)
  const head = `${at.units.units[unit]!.name},${at.dates[0]} ${time(dispatched)},${at.deadlines[amount]},`
  if (!isClosed) return `${head},${at.until - at.day <= 1 ? '待签收' : '办理中'},${person},,${returns},`
  const isVisited = rng.next() < 0.62
  const mood = rng.next()
  const first = mood < 0.78 ? 0 : mood < 0.87 ? 1 : 2
  const final = first === 2 && rng.next() < 0.45 ? 1 : first
  const rating = isVisited ? `${SATISFACTION[first]},${SATISFACTION[final]},${returns},${final === 2 || rng.next() < 0.06 ? '否' : '是'}` : `,,${returns},`
  return `${head}${at.dates[days]} ${time(closedSecond)},已办结,${person}${rating}`
}

/** 入库时间: most within the hour, a tail of three days; never after the export. */
function recorded(at: DayContext, second: number, rng: Rng): string {
  const u = rng.next()
  const later = u < 0.905 ? 0 : u < 0.97 ? 1 : u < 0.99 ? 2 : 3
  if (later && at.day + later < at.until) return `${at.dates[later]} ${time(28800 + rng.below(36000))}`
  return `${at.dates[0]} ${time(Math.min(86399, second + 60 + rng.below(2400)))}`
}

function time(second: number): string {
  return TIMES[Math.floor(second / 60)]! + SECONDS[second % 60]!
}
