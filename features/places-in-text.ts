/**
 * Which places does a message name? For tickets that come without place columns: administrative names and compounds
 * are read off the text by their endings. Precision before recall: what could be another word is left out.
 */
export interface PlacesInText { district: string | null, street: string | null, compound: string | null }

/** Pseudonymised names (A3区, A7县) and short Chinese ones (西湖区, 望城区) before a boundary that makes them names. */
const DISTRICT_CODE = /(?<![A-Za-z0-9])([A-Z]\d{1,2}[区县市])(?!别)/
const DISTRICT_NAME = /(?:[省市]|位于|坐落于|^)([\p{Script=Han}]{2}(?:[区县])|[\p{Script=Han}]{2,3}(?:新区|开发区))(?=[\p{Script=Han}A-Za-z0-9])/u
/** Areas that are no districts. */
const NOT_A_DISTRICT = /(?:小|学|片|社|居民|校|园|厂|库|山|景|院|辖|城|郊|街|特|战|禁|属下|国内|现在|市五|村委和)区|^(?:各|全|本|该|我|国家)/u
const STREET = /(?:[区县市镇村委府局在于到是为从的和与及及其对由]|[,，。;；:：、!！?？\s（(“"《]|^)([\p{Script=Han}]{2,4}(?:街道(?!路|上|旁|边|两|口|清|扫|积|停|卫|堆|摆|乱|脏|办公室)|镇(?!政府|长|上|里|村|区|党|中|小|医|卫)|乡(?!镇|村|下|政府|亲|里)))/gu
const COMPOUND = /(?:[区县市镇村道路街号旁近段口委府局住在于到是为从的和与及对由叫买购]|街道|社区|[,，。;；:：、!！?？\s（(“"《]|^)([\p{Script=Han}A-Za-z0-9·]{2,10}?(?:小区|花园|家园|花苑|华苑|嘉苑|雅苑|公寓|新城|新村|山庄|华府|公馆|名邸|名苑|豪庭|华庭|广场|国际城|佳园|嘉园|丽园|学府|一号院|滨河苑|[\p{Script=Han}](?:苑|府|湾|郡|邸|庭)))(?=[\p{Script=Han}A-Z0-9,，。;；:：、!！?？\s）)”"》]|$)/gu
/** Words that end like a place and are none, or that only point at one. */
const NOT_A_NAME = /我们|你们|他们|咱们|这个|那个|本小区|该小区|整个|全部|各个|所有|很多|许多|某个|一些|有的|居住|入住|物业|业主|开发商|老旧|旧小区|老小区|新小区|小区小区|安置小区$|住宅小区|城区|郊区|地区|城乡|城镇|三大|多次|还是|导致|造成|经过|终于|严重|影响|每天|晚上|本来|自己|明明|不能|反对|就好|但是|全国|情节|栋|红绿灯|社区|园区|片区|校区|辖区|市区|景区|库区|山区|厂区|库区|政府|市府|乡镇|县城|各区|自治|街区|特区|战区|禁区|路段|什么|怎么|请问|关于|投诉|反映|咨询|举报|建议|希望|要求|解决|因为|所以|附近|旁边|对面|门口|周边|的|了|吗|呢|被|把|给|向|让|将|购买|住户|房产|一个|几个|两个|多个|每个|不同|公积金|区政|区域|小学|中学|大学|幼儿园|医院|作为|本人|家庭|[开法出门]庭|案庭|径庭|民.庭|目前|近期|任何|普通|多功能|门前|私家|广大|外来|车辆|全排|强占|占用|占据|垄断|垃圾|灭火器|助力|毁坏|改善|不顾|沿线|两旁|周围|外围|封闭|部分|无数|每次|高额|这是|就是|后来|另外|始发|^(?:居民|住宅|保障住房|农民|商业|学生|养老|老年|美食|商场|休闲|中心|公园)?(?:小区|公寓|广场|花园|家园|新城|新村)$|^.小区$|[我你他她这那哪此其使为]|行政庭|少年庭/u
/** How a captured name may begin wrongly: prepositions and verbs that stuck to it. */
const STUCK = /^(?:位于|坐落于|座落在|坐落在|在于|关于|住在|家住|本人是|我是|我在|我家|这里是|请问|对于|购买的?|买的?|投诉|反映|举报|咨询|建议|就是|还有|以及|其中|尊敬的|领导|书记|您好|你好|[这那](?=[^个么些里样是种家条座])|在|于|是|到|从|和|与|及|对|由|住)/u

/** What stands before a name in one breath with it; 和 and 与 only behind an institution, being part of many names. */
const BEFORE_NAME = /^.*(?:在|称|地处|处理|取消|改变|调整|关注|分配|直达|靠近|接到|绕行|挖走|恢复|放任|指出|强制|插手|纠集|成立|参考|名称是?|位置是|都是|就是|开始|得知|随着|成为|关于|据悉|听说|请求|难道|不论是|往|至|到|对|从|跟|距|因|目前|现在|另外|本人|请问|代表|尤其是|其中|[厂站路校院桥局所](?:和|与|及)|\d+号线?)(?=.{3})/u
/** Words that end like a street's name and are none: developments call themselves towns, people go home to their country. */
const NOT_A_STREET = /小镇$|(?:家|返|回|故|下|城|西北|此)乡$|也和|这条|那条|一条|属地|召开|奔诉|繁华|派出所|迄今|二年|这座|^(?:市|县|区|为|全)?街道$|镇镇$/u
/** Behind a first candidate that was none, the next ones are believed only without such words in them. */
const DOUBTFUL = /[有在和及与等以是不要受被把看问从能个大对当按也还者]|发现|保证|破坏|维护|进出|代表|体谅|跳广场|当做|期间|包括|例如|类似|使用|推进|任由|圈起|建设|入户|周末|上百|虚假|肆意|生活|高层|满足|消防车|健身房|性质|得知|凌驾|无法|愿意|一年|变公寓|20\d\d年|月|^[一二三四五六七八九十0-9]+(?:小区|$)|^[道南最告]/u
const MAX_CANDIDATES = 4

/** First district, street and compound that the text names; null for each it does not. Linear in the text's length. */
export function placesInText(text: string): PlacesInText {
  const head = text.length > 600 ? text.slice(0, 600) : text
  return {
    district: findDistrict(head),
    street: firstName(STREET, head, (found) => cleanStreet(found)),
    compound: firstName(COMPOUND, head, (found) => clean(withoutStreet(found), 3)),
  }
}

/** The first candidate that stands the test. */
function firstName(pattern: RegExp, text: string, test: (found: string) => string | null): string | null {
  pattern.lastIndex = 0
  for (let i = 0; i < MAX_CANDIDATES; i++) {
    const match = pattern.exec(text)
    if (!match) return null
    const name = test(match[1]!)
    if (name !== null && (i === 0 || !DOUBTFUL.test(name))) return name
  }
  return null
}

function cleanStreet(found: string): string | null {
  const name = clean(found, 2)?.replace(/^[市县区全去一现](?=.{3})/u, '') ?? null
  return name === null || NOT_A_STREET.test(name) ? null : name
}

function findDistrict(text: string): string | null {
  const code = DISTRICT_CODE.exec(text)?.[1]
  if (code) return code
  const name = clean(DISTRICT_NAME.exec(text)?.[1], 3)
  return name !== null && NOT_A_DISTRICT.test(name) ? null : name
}

/** What stands behind the street, the community or the road that was caught along with the compound's name. */
function withoutStreet(found: string): string {
  const rest = found.replace(/^.*(?:街道|社区|居委会|[镇乡路街区县市])(?=.{3})/u, '')
  return [...rest].length >= 3 ? rest : found
}

function clean(found: string | undefined, least: number): string | null {
  if (!found) return null
  let name = found
  for (let before = ''; before !== name;) {
    before = name
    name = name.replace(BEFORE_NAME, '').replace(STUCK, '').replace(/^(?:[A-Z]市)?(?:[A-Z]\d{1,2}[区县市])?(?=.{2})/u, '')
  }
  // 丽发新城小区 is 丽发新城: the word adds nothing to a name that already ends like one.
  name = name.replace(/(?<=.{2}(?:城|苑|园|府|湾|邸|庭|郡|公寓|山庄))小区$/u, '')
  if ([...name].length < least || NOT_A_NAME.test(name)) return null
  return name
}
