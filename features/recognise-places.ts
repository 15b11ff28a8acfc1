/**
 * Which place does a ticket speak of, by its address, title and content? Names that the registry knows first, then names that look like
 * places: by their ends, or by what stands before and behind them. Each with how sure it is; what is not recognised stays unresolved.
 */
import type { Gazetteer, GazetteerEntry } from './gazetteer.ts'
import { placesInText } from './places-in-text.ts'

export interface RecognisedPlace {
  name: string
  kind: 'district' | 'street' | 'community' | 'compound' | 'road' | string
  /** 0 to 1. */
  confidence: number
  by: 'registry' | 'pattern' | 'context'
  /** Names from the first level below the city, where the registry knows the place. */
  path: readonly string[] | null
}

export interface Recognition {
  district: RecognisedPlace | null
  street: RecognisedPlace | null
  community: RecognisedPlace | null
  /** Compound, project, school, merchant and the like: what the ticket is about. */
  site: RecognisedPlace | null
  road: RecognisedPlace | null
}

/** Texts of a ticket, the most telling first: address, title, content. */
export type TicketTexts = readonly string[]

const HEAD = 600
/** Shorter known names are often parts of other words. */
const SURE_LENGTH = 3
const CONFIDENCE = { registry: 0.95, registryShort: 0.75, code: 0.95, street: 0.85, compound: 0.75, institution: 0.7, context: 0.6, community: 0.75, road: 0.7 } as const

/** Where a name may begin: behind an area, a road, a verb of complaint, or a sentence's start. */
const BEGIN = '(?:[A-Z]\\d{0,2}[市区县]|街道|社区|镇|大道|路|街|投诉|反映|举报|请求|解决|关于|建议|咨询|控告|曝光|指出|盼望|希望|住在|位于|[是在让给]|[，。！？；：、,;:!?\\s“（(]|^)'
/** Premises known by the word at their end. */
const INSTITUTION = /(?:小学|中学|大学|学院|学校|幼儿园|医院|妇幼保健院|大酒店|酒店|宾馆|大厦|国际城|国际广场|财富中心|金融中心|购物中心|大市场|旧货市场|农贸市场|综合市场|市场|文化公园|公园|工业园|产业园|物流园|建材城|汽车站|火车站|高铁站|南站|北站|东站|西站|大桥|立交桥|养老院|敬老院|宿舍|安置区|安置小区|热电厂|电厂|剧院|体育馆|殡仪馆|景园|翠园|庭院|和城|家属院|山庄|时代城|世纪城|生态城|生态新城)/
const SITE_BY_END = new RegExp(`${BEGIN}([A-Z]?\\d?[市区县]?[\\p{Script=Han}0-9·.]{2,10}?${INSTITUTION.source})(?![园城区院])`, 'gu')
/** What is said of a place, and so ends its name: phases, buildings, owners, troubles. */
const BEHIND = '(?:小区|[一二三四五六七八九1-9][期栋]|[A-Za-z]?\\d{1,2}[栋期号]|物业|业主|楼盘|开发商|项目|电梯|附近|旁边|对面|门口|装修|精装|房屋|房子|地下|地面|油烟|噪音|噪声|商铺|停车|车位|退房|购房|交房|学区|工地|配套|延期|无限期|长期|经常|违规|违建|违法|质量|光污染|已售|拆迁|口头承诺|套路|到处|人防|商住|车库|消防|业委会|一直|还没|多名|居民|扰民|非法|停水|停电|水压|低层|虚假|捆绑|收费|烂尾|停工|围挡|临街|垃圾|夜间|深夜|施工|违停|架空层|用水|供水|暖气|房产证|产权|办证|安全隐患)'
const SITE_BY_CONTEXT = new RegExp(`(?:[A-Z]\\d{1,2}[区县市]|[A-Z]市|街道|社区|镇|大道|[东西南北中]?路|^)([\\p{Script=Han}]{3,8}?)(?=${BEHIND})`, 'gu')
const COMMUNITY = /(?:[区县市]|街道|[镇乡]|地处|位于|[，。！？；：、,;:!?\s“（(]|^)([\p{Script=Han}]{2,5}(?:社区|村))(?![委民组口道里]|医|卫|服|网|工作)/gu
const ROAD = /(?:[A-Z]\d{0,2}[市区县]|街道|社区|镇|在|沿|至|从|与|和|[，。！？；：、,;:!?\s“（(]|^)([\p{Script=Han}]{2,5}(?:大道|公路|[东西南北中]路|路|巷|街|环线|[一二三四五六]环))(?![灯面口边况线程费过上标障]|道|附近小|公交|政|办|局|由|人)/gu
/** Words that are no part of a name. */
const NO_NAME = /[的了吗呢啊把被为什么怎请问应该否能不没有很我你他她们]|尊敬|领导|书记|市长|政府|部门|管理局|派出所|教育局|住建|交警|公司|关于|投诉|反映|举报|希望|建议|要求|解决|经开区|高新区|片区|地区|全市|多个|几个|居民|业主|小区$|开发|出台|人才|公积金|社保|医保|学生|家长|外来|车辆|道路|马路|公共|交通|地铁|规划|企业|银行|物业|楼下|楼上|严重|噪音|油烟|施工|垃圾|市民|公交|一个|这个|那个|为何|何时|是否|可以|加强|加快|尽快|方面|相关|有关|问题|情况|政策|标准|通知|咨询|旁一|附近|公办|一般|老旧|[往由]|交叉|重建|季度|方向|货车|但是|另外|尤其|回家|拆除|安排/u
const NOT_A_SITE = /社区$|办事处$/u
const ROAD_STUCK = /^(?:从|在|沿|至|到|往|与|和|由|的|是|条|修|该|这|那|此|走|于|对|把|让|去|过|上|下)/u
const NOT_A_ROAD = /公路$|道路|马路|铁路|线路|思路|出路|一路|网路|电路|大街$|上街|逛街|老街$|这条|那条|支路$|主路$|辅路$|半路|小路|绕路|走路|问路|修路|公交|半环|循环/u
const ENGLISH_ROAD = /\b\d{0,5} ?((?:[NSEW]\.? )?(?:[A-Z][\w'’]*\.? ){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Drive|Dr|Lane|Ln|Place|Pl|Court|Ct|Highway|Hwy|Parkway|Pkwy|Terrace|Way))\b/g
const ENGLISH_SITE = /\b((?:[A-Z][\w'’]*\.? ){1,3}(?:Apartments|Estate|Estates|Houses|Towers|Tower|Park|School|Hospital|Plaza|Mall|Market|Center|Centre|Station|Gardens|Village|Bridge|Library))\b/g
const ENGLISH_STUCK = /^(?:(?:The|At|In|On|Near|From|By|No|Heat|Water|Noise|Leak) )+/

/** @param gazetteer  names of the registry; null where there is none */
export function recognisePlaces(texts: TicketTexts, gazetteer: Gazetteer | null): Recognition {
  const parts = partsOf(texts)
  const pattern = placesInText(parts.join('。'))
  const district = pattern.district === null ? null : found(pattern.district, 'district', CONFIDENCE.code, 'pattern')
  const street = pattern.street === null ? null : found(pattern.street, 'street', CONFIDENCE.street, 'pattern')
  const known = gazetteer && gazetteer.size > 0 ? fromRegistry(parts, gazetteer, [pattern.district, pattern.street]) : null
  const result: Recognition = { district, street, community: communityOf(parts), site: known?.kind === 'district' || known?.kind === 'street' ? null : known, road: roadOf(parts) }
  if (known?.kind === 'district') result.district = known
  if (known?.kind === 'street') result.street = known
  if (known?.kind === 'community') {
    result.community = known
    result.site = null
  }
  result.site ??= siteOf(parts, pattern.compound)
  return result
}

/** The place that the texts name by the registry, and nothing that only looks like one: for sources that tell no place. */
export function knownPlace(texts: TicketTexts, gazetteer: Gazetteer): RecognisedPlace | null {
  const parts = partsOf(texts)
  const { district, street } = placesInText(parts.join('。'))
  return fromRegistry(parts, gazetteer, [district, street])
}

function partsOf(texts: TicketTexts): string[] {
  return texts.map((text) => (text.length > HEAD ? text.slice(0, HEAD) : text)).filter((text) => text !== '')
}

function found(name: string, kind: string, confidence: number, by: RecognisedPlace['by'], path: readonly string[] | null = null): RecognisedPlace {
  return { name, kind, confidence, by, path }
}

/** The deepest known place of the first text that names one; a name of several places is the one in the areas that are named, too. */
function fromRegistry(parts: readonly string[], gazetteer: Gazetteer, areas: readonly (string | null)[]): RecognisedPlace | null {
  const named = new Set<string>(areas.filter((area) => area !== null))
  let best: RecognisedPlace | null = null
  const hits = parts.map((part) => gazetteer.find(part))
  for (const own of hits) {
    for (const { entries } of own) for (const entry of entries) if (entry.kind === 'district' || entry.kind === 'street') named.add(entry.path.at(-1)!)
  }
  for (const own of hits) {
    for (const { length, entries } of own) {
      const inArea = entries.filter((entry) => entry.path.slice(0, -1).some((name) => named.has(name)))
      const chosen: GazetteerEntry | undefined = entries.length === 1 ? entries[0] : inArea.length === 1 ? inArea[0] : undefined
      if (!chosen) continue
      const apart = areas[0] != null && chosen.path.length > 1 && chosen.kind !== 'district' && !chosen.path.includes(areas[0])
      const confidence = (length < SURE_LENGTH ? CONFIDENCE.registryShort : CONFIDENCE.registry) - (apart ? 0.3 : 0) + (inArea.length > 0 ? 0.04 : 0)
      const place = found(chosen.path.at(-1)!, chosen.kind, Math.round(confidence * 100) / 100, 'registry', chosen.path)
      if (!best || rank(place) > rank(best)) best = place
    }
    if (best && best.kind !== 'district' && best.kind !== 'street') return best
  }
  return best
}

function rank(place: RecognisedPlace): number {
  return (place.path?.length ?? 0) + place.confidence
}

function siteOf(parts: readonly string[], compound: string | null): RecognisedPlace | null {
  const first = parts[0] ?? ''
  // A name with its word at the end, in the first text, is surer than any other.
  if (compound !== null && first.includes(compound)) return found(compound, 'compound', CONFIDENCE.compound, 'pattern')
  for (const part of parts) {
    const site = firstOf(SITE_BY_END, part, (name) => !NO_NAME.test(name) && !NOT_A_SITE.test(name) && name.length <= 12)
    if (site) return found(site, kindOf(site), CONFIDENCE.institution, 'pattern')
    const named = firstOf(SITE_BY_CONTEXT, part, (name) => !NO_NAME.test(name) && !NOT_A_SITE.test(name) && !/[路街道]$/.test(name))
    if (named) return found(named, 'compound', CONFIDENCE.context, 'context')
    if (compound !== null && part.includes(compound)) return found(compound, 'compound', CONFIDENCE.compound, 'pattern')
  }
  for (const part of parts) {
    const english = firstOf(ENGLISH_SITE, part, () => true)
    if (english) return found(english.replace(ENGLISH_STUCK, ''), kindOf(english), CONFIDENCE.institution, 'pattern')
  }
  return compound === null ? null : found(compound, 'compound', CONFIDENCE.compound, 'pattern')
}

function kindOf(name: string): string {
  return /[小中大]学$|学院$|学校$|幼儿园$|School$/.test(name) ? 'school' : /酒店$|宾馆$|Mall$|Market$/.test(name) ? 'merchant' : /站$|桥$|公园$|Station$|Bridge$|Park$/.test(name) ? 'point' : 'compound'
}

function communityOf(parts: readonly string[]): RecognisedPlace | null {
  for (const part of parts) {
    const name = firstOf(COMMUNITY, part, (one) => !NO_NAME.test(one) && !/新村$|^[本该我各全老新]/.test(one))
    if (name) return found(name.replace(/^.*(?:街道|[镇乡])(?=.{3})/u, ''), 'community', CONFIDENCE.community, 'pattern')
  }
  return null
}

function roadOf(parts: readonly string[]): RecognisedPlace | null {
  for (const part of parts) {
    const name = firstOf(ROAD, part, (one) => !NO_NAME.test(one) && !NOT_A_ROAD.test(one))?.replace(ROAD_STUCK, '')
    if (name && name.length >= 3) return found(name, 'road', CONFIDENCE.road, 'pattern')
    const english = firstOf(ENGLISH_ROAD, part, () => true)
    if (english) return found(english.replace(ENGLISH_STUCK, ''), 'road', CONFIDENCE.road, 'pattern')
  }
  return null
}

const MOST_CANDIDATES = 6

function firstOf(pattern: RegExp, text: string, test: (name: string) => boolean): string | null {
  pattern.lastIndex = 0
  for (let i = 0; i < MOST_CANDIDATES; i++) {
    const match = pattern.exec(text)
    if (!match) return null
    const name = match[1]!.replace(/^[A-Z]\d{0,2}[市区县](?=.{3})/, '')
    if (test(name)) return name
    // The next name may begin within this one.
    pattern.lastIndex = Math.min(pattern.lastIndex, match.index + 1 + Math.max(0, match[0].length - match[1]!.length))
  }
  return null
}
