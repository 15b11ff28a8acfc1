/**
 * Messages of attachment 4 with the first level of the topic that the office which answered them speaks for: no label of the message itself, and none
 * where no office is named. Shared by the test and the measurement.
 */
import { createHash } from 'node:crypto'
import { readSheet } from 'read-excel-file/node'
import type { LabelledTicket } from '../../../sql/topic-models.ts'
import { HAND_LABELS } from './taidi-labels.ts'

export const FIRST_LEVELS = Object.keys(HAND_LABELS)

const OFFICE = '(?:和[一-鿿]{2,8}?|管理|与[一-鿿]{2,6}?|行政|执法|服务|保障|监督|建设)*(?:局|委|厅|部门|中心|大队|支队|集团|处|公司|办|科)'
const OFFICES: Readonly<Record<string, string>> = {
  城乡建设: '住建|住房|房屋|房产|房地产|不动产登记|城管|城市管理|城乡规划|规划|公积金|园林|征收|城建',
  劳动和社会保障: '人社|人力资源|社会保险|社保|医保|医疗保障|劳动', 教育文体: '教育|教体|文体|文化|体育', 商贸旅游: '工商|市场监督|商务|旅游|质监|质量技术监督|市场',
  环境保护: '环保|环境保护|生态环境', 卫生计生: '卫生|卫计|计生|食药|食品药品', 交通运输: '交通运输|交通|公路|公交|轨道|运管|道路运输',
  其他: '公安|交警|派出|民政|农业|农村|国土|自然资源|水务|水利|税务|国税|地税|财政|发改|发展改革|物价|林业|安监|经信|移动|残联|消防|电力|信访|扶贫',
}
const PATTERNS = Object.entries(OFFICES).map(([level, words]) => [FIRST_LEVELS.indexOf(level), new RegExp(`(?:${words})${OFFICE}`)] as const)

export interface TaidiTopics { byOffice: LabelledTicket[], byHand: { title: string, content: string, label: number }[], agreeing: { both: number, agree: number } }

export async function readTaidiTopics(path: string): Promise<TaidiTopics> {
  const hand = new Map(FIRST_LEVELS.flatMap((level, label) => HAND_LABELS[level]!.map((no) => [no, label] as const)))
  const result: TaidiTopics = { byOffice: [], byHand: [], agreeing: { both: 0, agree: 0 } }
  for (const row of (await readSheet(path) as unknown[][]).slice(1)) {
    const [no, , title, at, content, reply] = row.map((cell) => (cell instanceof Date ? cell.toISOString().slice(0, 10) : String(cell ?? '').trim())) as [string, string, string, string, string, string]
    const office = officeOf(reply)
    const label = hand.get(no)
    if (label !== undefined) {
      result.byHand.push({ title, content, label })
      if (office >= 0) result.agreeing.both++
      if (office === label) result.agreeing.agree++
      continue
    }
    const [, year, month, day] = /(\d{4})[-/](\d+)[-/](\d+)/.exec(at)!
    if (office >= 0) result.byOffice.push({ topic: office, title, content, at: Date.UTC(Number(year), Number(month) - 1, Number(day)) / 1000, hash: createHash('md5').update(no).digest('hex') })
  }
  result.byOffice.sort((a, b) => (a.hash < b.hash ? -1 : 1))
  return result
}

/** The first office named in the reply's beginning, -1 for none. */
function officeOf(reply: string): number {
  let best = -1
  let first = Infinity
  for (const [label, pattern] of PATTERNS) {
    const at = pattern.exec(reply.slice(0, 300))?.index
    if (at !== undefined && at < first) [best, first] = [label, at]
  }
  return best
}
