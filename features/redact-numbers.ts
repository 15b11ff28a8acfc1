/**
 * Which digit runs are a person's? Runs are cut into groups by blanks and marks, and neighbouring groups are tried as a
 * whole: 138 1234 5678 is a telephone, 2019-08-30 is none. Linear: a run holds at most 24 digits, each tried a bounded number of times.
 */

/** One to two separators between digits; '(' and ')' stand around area codes. */
const SEPARATOR = '[ \\t\\u00a0\\u3000\\-.·—–_()（）+]'
const RUN = new RegExp(`[+(（]{0,2}\\d(?:${SEPARATOR}{0,2}\\d){6,23}`, 'g')
/** Digits as Chinese writes them one by one; 幺 is 1 on the telephone. */
const HAN_RUN = new RegExp(`[〇零一二三四五六七八九幺](?:${SEPARATOR}?[〇零一二三四五六七八九幺]){10,17}(?![〇零一二三四五六七八九幺])`, 'g')
const HAN_DIGITS = '〇一二三四五六七八九'
/** A citizen's number of which somebody hid a part. */
const HIDDEN_ID = /(?<!\d)[1-9]\d{5}(?:19|20)\d{2}[\d*＊]{7,9}[\dXx*＊](?![\d*＊])/g

const CARD_WORD = /(?:卡号|银行卡|账号|帐号|账户|帐户|储蓄卡|信用卡|工资卡|card|account)[^\d]{0,8}$/i
const ID_WORD = /(?:身份证|身份号|证件号|ID)[^\d]{0,8}$/i
const PHONE_WORD = /(?:电话|手机|座机|固话|热线|传真|联系方式|(?<![证编单票案])号码|联系|致电|拨打|通过|回电|来电|tel|phone|call|mobile|cell|fax)[^\d\n]{0,6}$/i
/** Behind these a run is something else, whatever its digits. */
const OTHER_WORD = /(?:工单号?|编号|许可证号?|信用代码|发票号?|订单号?|合同号?|文号|备案号|用户号|ticket|case|order)[^\d]{0,5}$/i

export type NumberMark = '‹手机›' | '‹电话›' | '‹身份证›' | '‹银行卡›'

/** @param text  with half-width digits */
export function redactNumbers(text: string): string {
  let result = text
  if (/[〇零一二三四五六七八九幺]{3}|[一幺]\D[三四五六七八九]\D/.test(text)) {
    result = result.replace(HAN_RUN, (found) => {
      const digits = [...found].map((c) => (c === '零' ? '0' : c === '幺' ? '1' : HAN_DIGITS.includes(c) ? String(HAN_DIGITS.indexOf(c)) : '')).join('')
      return /^1[3-9]\d{9}$/.test(digits) ? '‹手机›' : isCitizen(digits) ? '‹身份证›' : found
    })
  }
  if (!/\d[^\n]{0,2}\d[^\n]{0,2}\d/.test(result)) return result
  if (/[*＊]/.test(result)) result = result.replace(HIDDEN_ID, '‹身份证›')
  result = result.replace(RUN, (run, at: number, whole: string) => redactRun(run, whole.slice(Math.max(0, at - 18), at), whole.slice(at + run.length, at + run.length + 1)))
  if (result.includes('‹身份证›')) result = result.replace(/‹身份证› ?[Xx](?![A-Za-z])/g, '‹身份证›')
  return result.includes('‹电话›') ? result.replace(/‹电话›(?:转|分机| ?ext\.? ?| ?x)[0-9]{1,5}/gi, '‹电话›') : result
}

interface Group { digits: string, from: number, until: number }

/** The same run with marks for those of its groups that are a person's. */
function redactRun(run: string, before: string, after: string): string {
  const groups: Group[] = []
  for (const match of run.matchAll(/\d+/g)) groups.push({ digits: match[0], from: match.index, until: match.index + match[0].length })
  let result = ''
  let done = 0
  for (let i = 0; i < groups.length; i++) {
    const found = longest(groups, i, `${before}${run.slice(0, groups[i]!.from)}`, after)
    if (!found) continue
    let from = groups[i]!.from
    if (run[from - 1] === '+') from--
    const last = groups[found.last]!
    // Nothing of an opening bracket is left behind: (010) 62345678.
    const open = /[(（]$/.test(run.slice(done, from)) && /[)）]/.test(run.slice(from, last.until))
    result += run.slice(done, open ? from - 1 : from) + found.mark
    done = last.until
    i = found.last
  }
  return result + run.slice(done)
}

function longest(groups: readonly Group[], first: number, before: string, after: string): { mark: NumberMark, last: number } | null {
  let digits = ''
  const sizes: number[] = []
  let best: { mark: NumberMark, last: number } | null = null
  for (let last = first; last < groups.length && digits.length < 24; last++) {
    digits += groups[last]!.digits
    sizes.push(groups[last]!.digits.length)
    const mark = markOf(digits, sizes, before, last === groups.length - 1 ? after : '')
    if (mark) best = { mark, last }
  }
  return best
}

function markOf(digits: string, sizes: readonly number[], before: string, after: string): NumberMark | null {
  const n = digits.length
  if (n < 7 || n > 20) return null
  const shape = sizes.join('-')
  if (n === 18 && isCitizen(digits)) return '‹身份证›'
  if (n === 17 && /[Xx]/.test(after) && isCitizen(`${digits}X`)) return '‹身份证›'
  if ((n === 18 || n === 17 || n === 15) && ID_WORD.test(before)) return '‹身份证›'
  const foreign = /^(?:00)?86(?=1)/.exec(digits)
  const national = foreign ? digits.slice(foreign[0].length) : digits
  if (/^1[3-9]\d{9}$/.test(national) && isPhoneShape(foreign ? withoutPrefix(sizes, foreign[0].length) : sizes)) return '‹手机›'
  if (n >= 13 && n <= 19 && CARD_WORD.test(before)) return '‹银行卡›'
  if (OTHER_WORD.test(before) && !PHONE_WORD.test(before)) return null
  if (n >= 15 && n <= 19 && /^[3-69]/.test(digits) && (sizes.length === 1 || sizes.slice(0, -1).every((size) => size === 4)) && passesLuhn(digits)) return '‹银行卡›'
  if (/^0(?:10|2\d|[3-9]\d{2})[2-9]\d{6,7}$/.test(digits) && /^(?:1?\d|[34]-(?:[78]|[34]-4|4-[34]))$/.test(shape)) return '‹电话›'
  if (/^0(?:10|2\d|[3-9]\d{2})[2-9]\d{6,7}\d{1,5}$/.test(digits) && /^[34]-[78]-[1-5]$/.test(shape)) return '‹电话›'
  if (/^[48]00\d{7}$/.test(digits) && /^(?:10|3-7|3-3-4|3-4-3)$/.test(shape)) return '‹电话›'
  if (/^1?[2-9]\d{2}[2-9]\d{6}$/.test(digits) && /^(?:1-)?3-3-4$/.test(shape)) return '‹电话›'
  if (/^(?:[2-9]\d{6,7}|1?[2-9]\d{9})$/.test(digits) && PHONE_WORD.test(before)) return '‹电话›'
  return null
}

/** 3-4-4 and the like, or every digit for itself: never the shape of a date. */
function isPhoneShape(sizes: readonly number[]): boolean {
  return sizes.every((size) => size === 1) || /^(?:11|3-8|7-4|5-6|3-4-4|4-4-3|3-3-5|4-3-4|3-5-3|3-2-2-2-2|2-3-3-3|5-3-3)$/.test(sizes.join('-'))
}

/** Sizes behind a country's prefix of so many digits, whether it stands apart or not. */
function withoutPrefix(sizes: readonly number[], prefix: number): number[] {
  const rest = [...sizes]
  let left = prefix
  while (left > 0 && rest.length > 0) {
    const taken = Math.min(left, rest[0]!)
    left -= taken
    if (taken === rest[0]) rest.shift()
    else rest[0] = rest[0]! - taken
  }
  return rest
}

/** 18 places with a date of birth in the middle. The check digit is not asked for: a slip of the pen is still a person's. */
function isCitizen(digits: string): boolean {
  return /^[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]$/.test(digits)
}

function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let i = digits.length - 1, double = false; i >= 0; i--, double = !double) {
    let digit = digits.charCodeAt(i) - 48
    if (double) digit = digit > 4 ? digit * 2 - 9 : digit * 2
    sum += digit
  }
  return sum % 10 === 0
}
