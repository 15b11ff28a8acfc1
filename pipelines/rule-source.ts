/**
 * Where the product's own rules come from, and what they note, in the reader's language. What people wrote stays as it is.
 */
import type { Locale } from '../core/config.ts'
import { t } from '../core/texts.ts'
import type { TextKey } from '../core/texts.ts'

const HOUSE_WORDS: Readonly<Record<string, TextKey>> = {
  'proposed default': 'rule.source.proposed',
  'proposed defaults': 'rule.source.proposed',
  'Beijing Daxing acted at more than 20 calls about one compound': 'rule.source.daxing',
  'Chengdu Xindu 12345预警: three repeats or an urgent word go to the chief': 'rule.source.xindu',
  'State Council General Office 2025 No. 66: 高频共性诉求': 'rule.source.common_66',
  'State Council General Office 2025 No. 66: 风险性苗头性诉求': 'rule.source.emerging_66',
  'State Council General Office 2025 No. 66: 季节性周期性诉求': 'rule.source.seasonal_66',
  'words of harm or of a gathering': 'rule.note.threats',
  'danger to life, from two callers': 'rule.note.dangers',
  'people who cannot wait': 'rule.note.vulnerable',
  'three repeats (Chengdu Xindu), three in seven days at one place and class': 'rule.note.three',
  'Shandong provincial hotline 2017: 15 working days, +7 on request, 黄牌 one working day before, 红牌 on the first overdue one': 'rule.source.shandong_2017',
  'Shandong 2020: wrong units return within 2 working days': 'rule.source.shandong_2020',
  'Qingdao 2-1-15: contact within 2 hours': 'rule.source.qingdao',
  'proposed table of levels: first reply in 24 hours (orange), contact in 2 hours (red)': 'rule.source.levels_table',
  '周反馈, 日反馈: weekly, daily where it is critical': 'rule.source.cadence',
  'may be done from day 30 on, when the yellow card reminds': 'rule.note.look_back_30',
  'may be done from day 90 on, when the yellow card reminds': 'rule.note.look_back_90',
}

/** Of a source or a note. */
export function ruleWords(locale: Locale, written: string): string {
  const key = HOUSE_WORDS[written]
  return key === undefined ? written : t(locale, key)
}
