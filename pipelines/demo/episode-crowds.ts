/**
 * What concerns the whole city at once (storms, cold waves), and what must not alert: staff who enter a backlog in one
 * hour, and one caller who complains for weeks.
 */
import type { Day } from '../../core/days.ts'
import type { Rng } from '../../core/rng.ts'
import type { Voice } from './episode-kinds.ts'
import { planTicket, takeSite } from './episode-plan.ts'
import type { Episode, PlanContext, Planned } from './episode-plan.ts'
import { drawCaller } from './people.ts'
import { findLeaf } from './topics.ts'
import { drawVoice, readVoices } from './voices.ts'

const STORM_VOICES: readonly Voice[] = [
  ['排水内涝', '道路积水', 0.4, ['暴雨后路面积水，车辆熄火', '下穿通道积水一米深']],
  ['排水内涝', '污水外溢', 0.25, ['暴雨导致污水井倒灌', '地下车库进水']],
  ['园林绿化', '树木倒伏', 0.35, ['大风刮倒行道树压住车辆', '树枝折断挡住道路']],
]
const COLD_VOICES: readonly Voice[] = [
  ['供热', '温度不达标', 0.8, ['降温后室内温度明显不够', '寒潮来了暖气片还是温的']],
  ['供热', '停暖', 0.2, ['寒潮当天暖气停了']],
]
const STORM_SHARES = [0.72, 0.22, 0.06]
const COLD_SHARES = [0.42, 0.3, 0.18, 0.1]

export function planStorm(context: PlanContext, i: number, day: Day, rng: Rng): Episode {
  return planCitywide(context, 'storm', `storm-${String(i + 1).padStart(2, '0')}`, day, STORM_VOICES, STORM_SHARES, rng)
}

export function planColdWave(context: PlanContext, i: number, day: Day, rng: Rng): Episode {
  return planCitywide(context, 'cold_wave', `cold-wave-${String(i + 1).padStart(2, '0')}`, day, COLD_VOICES, COLD_SHARES, rng)
}

function planCitywide(context: PlanContext, kind: 'storm' | 'cold_wave', id: string, start: Day, said: readonly Voice[], shares: readonly number[], rng: Rng): Episode {
  const { map, tree, params } = context
  const voices = readVoices(tree, said)
  const total = Math.max(20, Math.round(params.ticketsPerDay * (0.1 + 0.06 * rng.next())))
  const tickets: Planned[] = []
  for (const [offset, part] of shares.entries()) {
    for (let n = Math.round(total * part); n > 0; n--) {
      const site = rng.below(map.sites.length)
      const where = rng.next() < 0.6 ? { site } : { street: map.sites[site]!.street }
      tickets.push(planTicket({ day: start + offset, ...where, hours: 'any', caller: drawCaller(rng), ...drawVoice(voices, rng) }, rng))
    }
  }
  return { kind, id, shouldAlert: true, places: [[map.city]], tickets }
}

const SWEPT = [['市容秩序', '乱堆放'], ['环境卫生', '道路保洁'], ['市政设施', '路灯'], ['市容秩序', '户外广告'], ['停车管理', '共享单车'], ['市政设施', '井盖']] as const

/** A grid patrol's list typed in within one hour: one topic, one street, one channel, nobody called. */
export function planSweep({ map, tree }: PlanContext, i: number, day: Day, rng: Rng): Episode {
  const [family, name] = SWEPT[rng.below(SWEPT.length)]!
  const leaf = findLeaf(tree, family, name)
  const street = rng.below(map.streets.length)
  const channel = rng.next() < 0.5 ? '网格巡查' : '后台批量录入'
  const hour = 9 + rng.below(8)
  const tickets = Array.from({ length: 60 + rng.below(241) }, () => planTicket({
    day, leaf, street, hours: 'day', second: hour * 3600 + 60 + rng.below(3400), caller: null, channel, type: '其他',
    phrase: tree.leaves[leaf]!.phrases[rng.below(tree.leaves[leaf]!.phrases.length)]!,
  }, rng))
  return { kind: 'sweep', id: `sweep-${String(i + 1).padStart(2, '0')}`, shouldAlert: false, places: [map.streets[street]!.place.path], tickets }
}

const CAMPAIGNS: readonly Voice[] = [
  ['物业服务', '服务不到位', 1, ['物业不作为，要求更换物业公司', '保安态度差，物业经理不出面']],
  ['违法建设', '违建', 1, ['邻居的违建一直没有拆除', '违建投诉多次，要求立即拆除']],
  ['噪声', '社会生活噪声', 1, ['楼上故意制造噪声', '楼上半夜拖动家具']],
  ['养犬管理', '犬只扰民', 1, ['邻居的狗整天叫，要求没收']],
]

/** One person, 30 to 60 tickets over weeks about one place. */
export function planCampaign(context: PlanContext, i: number, start: Day, rng: Rng): Episode {
  const site = takeSite(context, '小区', rng)
  const voices = readVoices(context.tree, [CAMPAIGNS[(i + rng.below(2)) % CAMPAIGNS.length]!])
  const caller = drawCaller(rng)
  const days = 25 + rng.below(16)
  const tickets = Array.from({ length: 30 + rng.below(31) }, () =>
    planTicket({ day: start + Math.floor(days * rng.next()), site, hours: 'any', caller, ...drawVoice(voices, rng) }, rng))
  return { kind: 'campaign', id: `campaign-${String(i + 1).padStart(2, '0')}`, shouldAlert: false, places: [context.map.sites[site]!.place.path], tickets }
}
