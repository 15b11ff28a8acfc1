/**
 * The rules of the product: what is known of cities' practice and, where nothing is published, our proposal. An activated version
 * replaces them (docs/rules.md).
 */
import type { KindRule, LevelCondition, LevelRule, Provenance } from './rules.ts'
import type { Level } from './levels.ts'

export const HOUSE = { author: 'Weisu', source: 'proposed defaults', note: '' } as const

const PROPOSED = 'proposed default'
const XINDU = 'Chengdu Xindu 12345预警: three repeats or an urgent word go to the chief'
const COMMON_66 = 'State Council General Office 2025 No. 66: 高频共性诉求'
const EMERGING_66 = 'State Council General Office 2025 No. 66: 风险性苗头性诉求'
const SEASONAL_66 = 'State Council General Office 2025 No. 66: 季节性周期性诉求'

/** Whoever says one of these may harm himself or others, or gather people. One caller is enough. */
const THREATS = [
  '扬言', '跳楼', '轻生', '自杀', '自焚', '同归于尽', '报复社会', '聚众', '堵路', '堵门', '集体上访', '进京上访', '拉横幅', '打横幅', '群体性事件',
  'suicide', 'self-harm',
]
/** Danger to life; two callers, for one may use the word lightly. */
const DANGERS = ['爆炸', '坍塌', '塌陷', '倒塌', '燃气泄漏', '煤气泄漏', '煤气中毒', '食物中毒', '触电', '溺水', '起火', 'explosion', 'building collapse']
/** Who cannot wait as long as others. */
const VULNERABLE = ['幼儿园', '养老院', '敬老院', '福利院', '特殊教育', '残疾', '孕妇', '新生儿', '透析', 'nursing home', 'kindergarten', 'wheelchair']

function rule(id: string, level: Level, scope: LevelRule['scope'], when: LevelCondition, source = PROPOSED, note = ''): LevelRule {
  return { id, author: HOUSE.author, source, effectiveFrom: null, note, level, scope, watched: false, when }
}

/** The first rule of the highest level that holds names the alert: those on callers come first. */
export const DEFAULT_LEVELS: readonly LevelRule[] = [
  rule('area_ratio_4', 'red', 'area', { ratio: 4 }),
  rule('callers_20_in_30_days', 'red', 'place', { beyondUsual: { days: 30, atLeast: 20 } }, 'Beijing Daxing acted at more than 20 calls about one compound'),
  rule('callers_5_percent_of_households', 'red', 'place', { callers: { days: 30, atLeast: 5 }, shareOfHouseholds: 0.05 }),
  rule('threat_words', 'red', 'place', { words: { any: THREATS, callers: 1 } }, XINDU, 'words of harm or of a gathering'),
  rule('danger_words', 'red', 'place', { words: { any: DANGERS, callers: 2 } }, XINDU, 'danger to life, from two callers'),
  rule('area_ratio_2', 'orange', 'area', { ratio: 2 }),
  rule('callers_10_in_14_days', 'orange', 'place', { beyondUsual: { days: 14, atLeast: 10 } }),
  rule('doubled_in_a_week', 'orange', 'place', { beyondUsual: { days: 7, atLeast: 5 }, growth: { times: 2, weekBefore: 3 } }),
  rule('related_topics_3', 'orange', 'place', { relatedTopics: 3 }),
  rule('forecast_20_in_14_days', 'orange', 'place', { forecast: { days: 14, callers: 20 } }),
  rule('area_above_usual', 'yellow', 'area', {}),
  rule('callers_5_in_7_days', 'yellow', 'place', { beyondUsual: { days: 7, atLeast: 5 } }),
  rule('callers_8_in_14_days', 'yellow', 'place', { beyondUsual: { days: 14, atLeast: 8 } }),
  rule('repeats_after_closure_2', 'yellow', 'place', { repeatsAfterClosure: 2 }),
  rule('returned_by_2', 'yellow', 'place', { returns: 2 }),
  rule('vulnerable_words', 'yellow', 'place', { words: { any: VULNERABLE, callers: 2 } }, PROPOSED, 'people who cannot wait'),
  rule('callers_3', 'blue', 'place', {}, 'three repeats (Chengdu Xindu), three in seven days at one place and class'),
]

const REPLY: Readonly<Record<Level, number>> = { blue: 3, yellow: 1, orange: 1, red: 1 }

function kind(id: string, source: string, more: Pick<KindRule, 'trigger'> & Partial<KindRule>): KindRule {
  const from: Provenance = { id, author: HOUSE.author, source, effectiveFrom: null, note: '' }
  return { ...from, enabled: true, recipients: ['lead', 'territory'], replyWorkingDays: REPLY, ...more }
}

export const DEFAULT_KINDS = {
  emerging: kind('emerging', EMERGING_66, { trigger: null }),
  common: kind('common', COMMON_66, { trigger: { windowDays: 28, maxDepth: 0 } }),
  seasonal: kind('seasonal', SEASONAL_66, { trigger: null, weeksAhead: { from: 2, until: 8 } }),
} as const
