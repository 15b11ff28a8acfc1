/**
 * Takes personal data out of free text before it is stored: each piece becomes a mark such as ‹手机›. Rules of the
 * privacy minimum: mobile and landline numbers, ID numbers, bank cards, plates, e-mail addresses, WeChat and QQ
 * names, names that the text announces, and building-unit-room. How much is missed is measured (docs/redaction.md).
 *
 * All patterns run in linear time: no nested quantifiers, every repetition bounded. Text without a digit run, '@' or
 * one of the words is returned as it came, after one look.
 */
import { redactNames } from './redact-names.ts'
import { redactNumbers } from './redact-numbers.ts'

/** What may hold personal data at all; most texts leave here. */
const SUSPICIOUS = /[0-9０-９一二三四五六七八九〇零幺][^\n]{0,2}[0-9０-９一二三四五六七八九〇零幺][^\n]{0,2}[0-9０-９一二三四五六七八九〇零幺]|[@＠]|[(\[ ]at[)\] ]|微信|薇信|[VvＶｖ]信|wechat|QQ|qq|ＱＱ|Q号|扣扣|市民|居民|村民|业主|住户|租户|房东|学生|孩子|儿子|女儿|妻子|丈夫|老公|老婆|父亲|母亲|患者|老人|司机|[系电诉报求映请言事害办责托政护] ?人|先生|女士|小姐|太太|师傅|阿姨|大[爷妈叔姐]|[奶爷][奶爷]|同志|我叫|我是|本人|名叫|叫做|姓名|名字|户主|代表|[男女][,，、。;； ]|栋|幢|单元|号楼|座|[#＃]|室|车牌|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼楚][A-Za-zＡ-Ｚ]|\b(?:Mr|Mrs|Ms|Miss|Mx)\b|\b(?:name|contact|caller|complainant|resident|tenant|owner|i am|this is|reported by|apt|apartment|unit|flat|room|suite|plate|licen[cs]e|tag)\b/i

const EMAIL = /[A-Za-z0-9][A-Za-z0-9._%+*-]{0,63} ?(?:@|\(at\)|\[at\]) ?[A-Za-z0-9*-]{1,63}(?:[.。][A-Za-z0-9-]{1,63}){0,3}[.。] ?[A-Za-z]{2,12}(?![A-Za-z])/gi
/** Spelt out: zhang dot san at example dot com. */
const EMAIL_WORDS = /[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}(?: dot [A-Za-z0-9]{1,30})? at [A-Za-z0-9-]{1,63}(?: dot [A-Za-z0-9-]{1,30}){1,3}/gi
const PROVINCE = '[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领楚]' // 楚 stands for a province in pseudonymised data
const PLATE = new RegExp(`${PROVINCE} ?[A-HJ-Za-hj-z][·•.\\- ]{0,2}(?:[A-HJ-NP-Za-hj-np-z0-9][ ·]?[A-HJ-NP-Za-hj-np-z0-9]{3}[A-HJ-NP-Za-hj-np-z0-9挂学警港澳](?:[DFdf0-9](?![A-Za-z0-9]))?|[*＊]{4,30}[A-Z0-9]{0,3})(?![A-Za-z0-9])`, 'g')
/** Behind the word itself any short code is a plate. */
const NAMED_PLATE = /((?:车牌号?码?|牌照号?|车号|牌号)(?:是|为|尾号)?[:：]?\s?)[\p{Script=Han}]?\s?(?=[A-Za-z0-9*]{0,7}\d)[A-Za-z0-9][A-Za-z0-9*·.-]{3,8}(?:挂|学|警)?/gu
const ENGLISH_PLATE = /((?:licen[cs]e plate|plate|tag|licen[cs]e)(?: ?(?:number|no\.?|#))?(?: is)?[:#]? {0,2})(?=[A-Z0-9 -]{0,8}\d)[A-Z0-9]{1,4}[ -]?[A-Z0-9]{2,5}\b/gi
const CHAT = /(微信|薇信|[vV]信|wechat|vx|QQ|Q号|扣扣)(群)?(号码|号|账号|帐号|名|id)?([:：是为]?\s?)(?:[A-Za-z0-9][A-Za-z0-9_-]{4,19}|[*＊]{6,30})/gi
/** A building's number before its word. */
const NUMBER = '(?:[A-Za-z]{0,2}[0-9]{1,4}[A-Za-z]?|[A-Za-z]|[一二三四五六七八九十百]{1,4})'
const BUILDING = `${NUMBER} ?(?:号楼|号栋|[栋幢座]楼?|[#＃] ?[楼栋幢]?)`
const UNIT = '(?:[0-9A-Za-z]{1,3}|[一二三四五六七八九十]{1,3}) ?单元'
const FLOOR = '(?:(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})(?:楼|层))'
/** A room's number; four digits before 年 are a year. */
const ROOM_NUMBER = '(?:[0-9]{3,4}[A-Za-z]?|[0-9]{1,2}(?=室|房|号房|户)|[一二三四五六七八九十〇零]{3,4}(?=室|房|号|户))'
const ROOM_WORD = ' ?(?:号房|室|房|号|户)?(?!元|年|月|日|个|名|户|万|平|米|块|栋|[0-9])'
const ROOM = new RegExp([
  `${BUILDING}[ ,，-]?(?:${UNIT}[ ,，-]?)(?:${FLOOR}[ ,，]?)?(?:${ROOM_NUMBER}${ROOM_WORD})?`,
  `${BUILDING}[ ,，]?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})门[ ,，]?${FLOOR}`,
  `${BUILDING}[ ,，-]?(?:${FLOOR}[ ,，]?)?${ROOM_NUMBER}${ROOM_WORD}`,
  `${BUILDING}[0-9]{1,3}-[0-9]{1,4}(?![0-9-])${ROOM_WORD}`,
  `${UNIT}[ ,，-]?(?:${FLOOR}[ ,，]?)?${ROOM_NUMBER}${ROOM_WORD}`,
  `(?<![0-9A-Za-z.-])[A-Za-z]?[0-9]{1,3}[-—－][0-9]{1,2}[-—－][0-9]{3,4}(?:室|房|户|号)?(?![0-9-])`,
  `(?<![0-9A-Za-z.-])[0-9]{1,2}[-—－][0-9]{3,4}(?:室|房|(?=的?(?:租户|业主|住户)))(?!间)`,
  `(?<![0-9A-Za-z.-])[0-9]{3,4}室(?!内|外)`,
  `(?<![0-9A-Za-z])[0-9]{1,3}号(?:${UNIT})?[0-9]{3,4}(?:室|房|户)`,
].join('|'), 'g')
const ENGLISH_ROOM = /\b((?:apt|apartment|unit|flat|room|rm|suite|ste)\.? ?#? ?)(?=[A-Z]{0,2}-?\d|\d|[A-Z]\b)[A-Z]{0,2}-?\d{0,5}-?[A-Z]{0,2}\b(?! of\b)/gi

/** The same text with marks in place of personal data; marks are stable: redacting twice changes nothing. */
export function redact(text: string): string {
  if (!SUSPICIOUS.test(text)) return text
  let result = /[０-９Ａ-Ｚａ-ｚ＠＃．－]/.test(text) ? fold(text) : text
  if (/[@]|[(\[]at[)\]]/i.test(result)) result = result.replace(EMAIL, '‹邮箱›')
  if (/ at .{1,63} dot /i.test(result)) result = result.replace(EMAIL_WORDS, '‹邮箱›')
  result = redactNumbers(result)
  if (/微信|薇信|[vV]信|wechat|vx|QQ|Q号|扣扣/i.test(result)) result = result.replace(CHAT, '$1$2$3$4‹账号›')
  if (/[0-9*]/.test(result)) {
    result = result.replace(PLATE, '‹车牌›').replace(NAMED_PLATE, '$1‹车牌›')
    if (/plate|licen[cs]e|tag/i.test(result)) result = result.replace(ENGLISH_PLATE, '$1‹车牌›')
  }
  if (/[栋幢座#＃室]|单元|号楼|[0-9][-—－][0-9]|号[0-9]{3}/.test(result)) result = result.replace(ROOM, '‹门牌›')
  if (/\b(?:apt|apartment|unit|flat|room|rm|suite|ste)\b/i.test(result)) result = result.replace(ENGLISH_ROOM, '$1‹门牌›')
  return redactNames(result)
}

/** Full-width letters and digits hide numbers from the patterns; only they are folded, one character for one. */
function fold(text: string): string {
  return text.replace(/[０-９Ａ-Ｚａ-ｚ＠＃．－]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
}
