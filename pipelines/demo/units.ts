/**
 * Who handles tickets: bureaus and enterprises with their topics, districts and street offices with their territories.
 */
import type { CityMap } from './layout.ts'
import type { DemoLeaf, TopicTree } from './topics.ts'

export interface DemoUnit {
  name: string
  kind: 'bureau' | 'street' | 'district' | 'enterprise' | 'hotline'
  /** Names from the city down; null: the whole city. */
  territory: string[] | null
  /** Topics it answers for, families where it has all leaves of one. */
  topics: string[][]
}

export interface UnitPlan {
  units: DemoUnit[]
  /** Unit of a street. */
  streetUnits: number[]
  /** Unit of a lead key in a district; enterprises may divide the city among them. */
  leadUnit(lead: string, district: number): number
}

const BUREAUS: Readonly<Record<string, string>> = {
  住建: '市住房和城乡建设局', 公积金: '市住房公积金管理中心', 市监: '市市场监督管理局', 城管: '市城市管理局', 公安: '市公安局', 环保: '市生态环境局',
  交警: '市公安局交警支队', 园林: '市园林绿化局', 交通: '市交通运输局', 发改: '市发展和改革委员会', 人社: '市人力资源和社会保障局', 教育: '市教育局', 医保: '市医疗保障局',
  卫健: '市卫生健康委员会', 民政: '市民政局', 残联: '市残疾人联合会', 资源: '市自然资源和规划局', 农业: '市农业农村局', 审批: '市行政审批服务局', 税务: '市税务局',
}
const ENTERPRISES: Readonly<Record<string, readonly string[]>> = {
  热力: ['云川热力集团', '城北热电公司', '西岭供暖公司'], 水务: ['云川水务集团', '清源自来水公司'], 供电: ['云川供电公司'],
  燃气: ['云川燃气公司', '北川天然气公司'], 通信: ['通信运营企业云川分公司'], 公交: ['云川公交集团'], 排水: ['市排水管理处'],
}
/** Where several enterprises share a trade, its bureau answers for the topic; the enterprises have their districts. */
const REGULATORS: Readonly<Record<string, string>> = { 热力: '城管', 水务: '城管', 燃气: '城管' }
/** Units that receive what others return, and little of their own. */
const OTHERS = [
  '市文化广电和旅游局', '市应急管理局', '市水利局', '市商务局', '市信访局', '市消防救援支队', '市气象局', '市退役军人事务局', '市体育局', '市司法局',
  '市财政局', '市科学技术局', '市工业和信息化局', '市国有资产监督管理委员会', '市林业局', '市大数据局', '市邮政管理局', '市地方金融管理局',
]

export function drawUnits(map: CityMap, tree: TopicTree): UnitPlan {
  const units: DemoUnit[] = []
  const byLead = new Map<string, number[]>()
  const add = (unit: DemoUnit): number => units.push(unit) - 1
  for (const [lead, name] of Object.entries(BUREAUS)) {
    byLead.set(lead, [add({ name, kind: 'bureau', territory: null, topics: topicsOf(tree, (leaf) => (REGULATORS[leaf.lead] ?? leaf.lead) === lead) })])
  }
  for (const [lead, names] of Object.entries(ENTERPRISES)) {
    byLead.set(lead, names.map((name) =>
      add({ name, kind: 'enterprise', territory: null, topics: lead in REGULATORS ? [] : topicsOf(tree, (leaf) => leaf.lead === lead) })))
  }
  for (const name of OTHERS) add({ name, kind: 'bureau', territory: null, topics: [] })
  add({ name: '12345热线办', kind: 'hotline', territory: null, topics: [] })
  for (const district of map.districts) {
    const office = district.name.endsWith('县') ? '人民政府' : district.name.startsWith('高新') ? '管理委员会' : '人民政府'
    add({ name: `${district.name}${office}`, kind: 'district', territory: district.place.path, topics: [] })
  }
  const streetUnits = map.streets.map((street) =>
    add({ name: `${street.name}${street.name.endsWith('镇') ? '人民政府' : '办事处'}`, kind: 'street', territory: street.place.path, topics: [] }))
  return {
    units,
    streetUnits,
    leadUnit: (lead, district) => {
      const choice = byLead.get(lead)!
      return choice[Math.max(0, district) % choice.length]!
    },
  }
}

/** A family where the unit has all leaves, else the leaves it has. */
function topicsOf(tree: TopicTree, isOwn: (leaf: DemoLeaf) => boolean): string[][] {
  return tree.families.flatMap((family) => {
    const own = family.leaves.map((i) => tree.leaves[i]!).filter(isOwn)
    return own.length === family.leaves.length ? [family.path] : own.map((leaf) => leaf.path)
  })
}
