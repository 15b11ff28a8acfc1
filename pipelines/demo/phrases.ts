/**
 * What the tickets say: sentences put together from a caller, a place, a complaint, what came of it and a wish. No text
 * holds a comma, a quotation mark or a line break of ASCII, so that a row needs no quoting.
 */
import type { Rng } from '../../core/rng.ts'
import { drawFlat, drawIdentityNumber, drawPlate } from './people.ts'
import type { Caller } from './people.ts'

const SINCE = ['已持续三天', '已经一周', '从昨晚开始', '多次联系无果', '至今无人处理', '反映过没有答复', '邻居都有同样情况', '老人孩子受不了', '影响正常生活', '一个多月了', '今天更严重']
const WISHES = ['请核实处理', '希望尽快解决', '请给个答复', '要求相关部门处理', '望尽快处理', '请派人查看', '要求给出解决时间']
const QUESTIONS = ['咨询{}需要什么材料', '想了解{}怎么办理', '咨询{}的办理时间', '询问{}的最新政策', '咨询{}找哪个部门', '咨询{}的进度如何查询']
const TITLES = ['{}问题', '反映{}', '{}求助', '关于{}的诉求']

const pick = (words: readonly string[], rng: Rng): string => words[rng.below(words.length)]!

export function consultationTitle(topic: string): string {
  return `咨询${topic}`
}

export function consultation(topic: string, rng: Rng): string {
  return `${pick(QUESTIONS, rng).replace('{}', topic)}。`
}

/** @param near name of the place, '' for none */
export function appealTitle(near: string, topic: string, rng: Rng): string {
  return near + pick(TITLES, rng).replace('{}', topic)
}

export function appeal(caller: Caller, where: string, phrase: string, isHome: boolean, isRepeat: boolean, rng: Rng): string {
  const u = rng.next()
  const who = u < 0.1 ? `市民${caller.name}` : u < 0.16 ? `来电人${caller.name[0]}${rng.next() < 0.5 ? '先生' : '女士'}` : u < 0.4 ? '市民' : u < 0.5 ? '网友' : '来电人'
  const flat = isHome && rng.next() < 0.12 ? drawFlat(rng) : ''
  let text = `${who}${isRepeat ? '再次' : ''}反映${where}${flat}${phrase}`
  if (rng.next() < 0.6) text += `，${pick(SINCE, rng)}`
  const v = rng.next()
  if (v < 0.05) text += `，联系电话${caller.phone}`
  else if (v < 0.053) text += `，身份证号${drawIdentityNumber(rng)}`
  else if (v < 0.06) text += `，车牌${drawPlate(rng)}`
  return `${text}，${pick(WISHES, rng)}。`
}
