/**
 * Episodes that lie at one site, or at one and its neighbours: what is said, how many, over how many days, in which months.
 */
import type { SiteKind } from './layout.ts'
import type { HourKey } from './rhythm.ts'

/** Family, leaf, weight, sentences. */
export type Voice = readonly [family: string, leaf: string, weight: number, phrases: readonly string[]]

export interface SiteEpisode {
  kind: 'water' | 'noise' | 'wages' | 'prepaid' | 'small'
  site: SiteKind
  voices: readonly Voice[]
  total: readonly [number, number]
  days: readonly [number, number]
  /** Tickets of the first days, and within how many days they come. */
  onset: number
  onsetDays: readonly [number, number]
  growth: number
  repeatShare: number
  hours: HourKey
  /** Chance of each month to be taken, January first. */
  months: readonly number[]
  /** Chance that two neighbouring sites of the street have it as well. */
  neighbours: number
  /** How many of them are under way in the last days, and how many days before the end those began. */
  recent: number
  recentDays: readonly [number, number]
}

const ALWAYS = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]

export const HOUSING_VOICES: readonly Voice[] = [
  ['房地产开发与交付', '延期交房', 0.45, ['合同约定的交房日期临近，项目明显赶不上', '开发商口头通知要延期交房', '担心年底不能按期交房', '交房又要推迟，房租和房贷压力很大']],
  ['房地产开发与交付', '停工', 0.27, ['项目停工两个月了，塔吊没有动过', '工地只剩看门的人，没有工人施工', '外立面做到一半就停了', '项目断断续续停工，进度严重滞后']],
  ['房地产开发与交付', '预售资金', 0.1, ['要求公开预售资金监管账户的使用情况', '怀疑预售资金被挪用导致停工']],
  ['房地产开发与交付', '退房退款', 0.09, ['项目停工后要求退房被拒', '开发商拖延办理退房退款']],
  ['房地产开发与交付', '开发商违约', 0.06, ['开发商不接电话，售楼部已经关门', '开发商拒绝支付逾期违约金']],
  ['欠薪', '工地欠薪', 0.03, ['项目总包拖欠木工班组工资', '在项目干活三个月没有拿到工资']],
]

export const SITE_EPISODES: readonly SiteEpisode[] = [
  {
    kind: 'water', site: '小区', total: [12, 40], days: [2, 3], onset: 5, onsetDays: [0.6, 0.9], growth: -0.8, repeatShare: 0.08, hours: 'evening',
    voices: [['供水', '停水', 0.8, ['整个小区停水，没有接到通知', '停水两天了，做饭洗漱都成问题', '二次供水泵房坏了，高层没有水']], ['供水', '水压不足', 0.2, ['来水后水压极小，热水器打不着火']]],
    months: [0.7, 0.6, 0.7, 0.8, 1, 1, 1, 1, 1, 0.8, 0.7, 0.7], neighbours: 0.3, recent: 1, recentDays: [2, 3],
  },
  {
    kind: 'noise', site: '在建项目', total: [20, 45], days: [18, 35], onset: 5, onsetDays: [3, 5], growth: 0.3, repeatShare: 0.18, hours: 'night',
    voices: [['噪声', '夜间施工', 1, ['工地凌晨还在打桩，周边居民无法入睡', '连续几天夜里施工到两点', '夜间渣土车进出鸣笛不断', '午休和夜间都在施工，没有公示许可']]],
    months: [0.2, 0.3, 0.7, 0.9, 1, 1, 1, 1, 1, 0.8, 0.5, 0.2], neighbours: 0, recent: 2, recentDays: [7, 12],
  },
  {
    kind: 'wages', site: '在建项目', total: [15, 40], days: [28, 50], onset: 5, onsetDays: [4, 7], growth: 1.1, repeatShare: 0.15, hours: 'day',
    voices: [['欠薪', '工地欠薪', 0.85, ['工地拖欠农民工工资，班组二十多人没有拿到钱', '包工头说总包没有拨款，工资一拖再拖', '完工后结算单迟迟不签，工资无法领取']], ['欠薪', '劳务纠纷', 0.15, ['劳务公司在项目上克扣工资']]],
    months: [1, 0.4, 0.3, 0.3, 0.4, 0.4, 0.4, 0.4, 0.5, 0.6, 1, 1], neighbours: 0, recent: 2, recentDays: [9, 14],
  },
  {
    kind: 'prepaid', site: '商场', total: [20, 60], days: [17, 30], onset: 5, onsetDays: [2.5, 4], growth: 0.4, repeatShare: 0.1, hours: 'day',
    voices: [['预付卡消费', '商家失联', 0.7, ['健身房一夜关门，会员卡里还有三千元', '早教中心人去楼空，老板失联', '理发店撤店，充值卡无法退']], ['预付卡消费', '退费难', 0.3, ['商家停业后退费一直不处理', '剩余课时要求退款，无人接待']]],
    months: ALWAYS, neighbours: 0, recent: 1, recentDays: [6, 9],
  },
  {
    kind: 'small', site: '小区', total: [3, 5], days: [2, 4], onset: 3, onsetDays: [1, 2], growth: 0, repeatShare: 0, hours: 'any',
    voices: [], months: ALWAYS, neighbours: 0, recent: 3, recentDays: [2, 6],
  },
]

/** One of these for each small cluster. */
export const SMALL_VOICES: readonly Voice[] = [
  ['电梯', '电梯故障', 1, ['电梯连续两天停运', '电梯突然下坠，居民不敢乘坐']],
  ['供电', '停电', 1, ['整栋楼跳闸停电', '小区半夜停电无人维修']],
  ['燃气', '停气', 1, ['全楼停气没有通知']],
  ['通信', '宽带故障', 1, ['整个小区断网']],
  ['排水内涝', '污水外溢', 1, ['化粪池污水外溢到楼前', '地下室被污水倒灌']],
  ['市政设施', '路灯', 1, ['小区门口整条路的路灯不亮']],
  ['房屋渗漏', '外墙脱落', 1, ['外墙瓷砖大面积脱落砸到车辆']],
  ['养犬管理', '流浪犬', 1, ['流浪犬成群追咬老人']],
  ['公共卫生', '病媒防治', 1, ['小区老鼠成灾']],
  ['园林绿化', '病虫害', 1, ['行道树上大量毛虫掉落']],
  ['水体污染', '污水直排', 1, ['雨水口流出乳白色污水']],
  ['校外培训', '培训退费', 1, ['培训班停课，家长退费无门']],
]
