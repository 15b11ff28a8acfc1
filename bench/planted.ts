/**
 * Sentences with invented personal data in many written forms, and where in them it stands: how much does redaction miss?
 * Everything is drawn from a seed; no number, name or address is anybody's.
 */
import { createRng } from '../core/rng.ts'
import type { Rng } from '../core/rng.ts'

export const PLANTED_KINDS = ['mobile', 'landline', 'citizen_id', 'bank_card', 'plate', 'mail', 'chat', 'name', 'room'] as const
export type PlantedKind = (typeof PLANTED_KINDS)[number]

export interface Planted {
  kind: PlantedKind
  language: 'zh' | 'en'
  /** How it is written: a word for tables. */
  form: string
  text: string
  /** What must not be left: pieces of the personal data itself, each at least partly telling. */
  secret: string
}

const SURNAMES = [...'王李张刘陈杨黄赵周吴徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫雷龙史陶贺毛段郝顾龚邵万覃武钱戴严莫孔向常汤', '欧阳', '诸葛', '上官', '司马']
const GIVEN = [...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉萍红玲芬燕彬丹凤洁梅琳云莲真环雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉叶璧璐娅琦晶妍茜秋珊莎锦黛青倩婷姣婉娴瑾颖露瑶怡婵雁蓓纨仪荷丹蓉眉君琴蕊薇菁梦岚苑婕馨瑗琰韵融园艺咏卿聪澜纯毓悦昭冰爽琬茗羽希宁欣飘育滢馥筠柔竹霭凝晓欢霄枫芸菲寒伊亚宜可姬舒影荔枝思丽国建志文东海波宏军健峰']
const FIRST = ['John', 'Mary', 'James', 'Linda', 'Robert', 'Susan', 'Michael', 'Karen', 'David', 'Nancy', 'Carlos', 'Maria', 'Wei', 'Aisha', 'Tom', 'Grace']
const LAST = ['Smith', 'Johnson', "O'Brien", 'Garcia', 'Lee', 'Nguyen', 'Brown', 'Miller', 'Davis', 'Martinez', 'Wilson', 'Anderson', 'Taylor', 'Moore', 'Jackson-Reed', 'White']
const HAN = '〇一二三四五六七八九'

/** @param each  sentences per written form */
export function plantPersonalData(seed: string, each: number): Planted[] {
  const rng = createRng(seed)
  const out: Planted[] = []
  for (const form of FORMS) {
    for (let i = 0; i < each; i++) {
      const secret = form.write(rng)
      const frame = pick(rng, form.frames)
      const text = `${form.language === 'zh' ? pick(rng, BEFORE_ZH) : pick(rng, BEFORE_EN)}${frame.replace('□', () => secret)}${form.language === 'zh' ? pick(rng, BEHIND_ZH) : pick(rng, BEHIND_EN)}`
      out.push({ kind: form.kind, language: form.language, form: form.name, text, secret })
    }
  }
  return out
}

/** Is anything telling left of what was planted? Compared without blanks, marks and width. */
export function isLeft({ kind, secret }: Planted, redacted: string): boolean {
  const plain = redacted.normalize('NFKC')
  const whole = secret.normalize('NFKC')
  const pieces = kind === 'name' ? namePieces(secret) : kind === 'mail' ? [whole.split(/ ?(?:@|\(at\)|\[at\]| at ) ?/)[0]!]
    : [...whole.matchAll(kind === 'room' ? /[0-9〇零一二三四五六七八九]{3,}/g : /[0-9〇零一二三四五六七八九幺]{4,}|[A-Za-z0-9]{4,}/g)].map(([piece]) => piece)
  if (pieces.length === 0) return plain.includes(whole)
  // 202 of a room is not left in 2020.
  return pieces.some((piece) => (/^\d+$/.test(piece) ? new RegExp(`(?<!\\d)${piece}(?!\\d)`).test(plain) : plain.includes(piece)))
}

/** The given name tells; a surname alone does not. */
function namePieces(secret: string): string[] {
  if (/[a-z]/i.test(secret)) return secret.split(' ').slice(-1)
  return [secret.replace(/[ \u3000]/g, '').length > 2 ? secret.replace(/[ \u3000]/g, '').slice(-2) : secret]
}

interface Form { kind: PlantedKind, language: 'zh' | 'en', name: string, frames: readonly string[], write: (rng: Rng) => string }

const BEFORE_ZH = ['', '您好，', '小区停水三天了，', '2019年8月30日反映过一次没人管，', '领导：', '施工噪音太大！', '（第3次投诉）']
const BEHIND_ZH = ['', '，请尽快处理。', '，谢谢！', '。2020年1月3日', '，已拖欠工资50000元。', '\n希望有关部门重视']
const BEFORE_EN = ['', 'Water main broke on Elm Street. ', 'Third report this week. ', 'No heat since 2024-01-15. ']
const BEHIND_EN = ['', '. Please help.', ', thanks', '. Reported on 3/4/2024.']

const PHONE_ZH = ['电话□', '联系电话：□', '请回电□', '□', '手机号码是□', '打□找我', '（电话□）', 'tel:□', '我的号码□随时可打']
const NAMES_ZH = ['市民□来电反映路灯不亮', '来电人：□', '我叫□', '联系人□', '姓名：□', '本人□', '业主□反映漏水', '投诉人：□', '我是□', '举报人□']
const NUMBERED_ZH = ['身份证□', '身份证号码：□', '本人身份证号□', '（□）', '证件号□']
const CARDS_ZH = ['银行卡□', '卡号：□', '退款到□', '工资卡号是□', '账号□']
const ROOMS_ZH = ['住锦绣花园□', '阳光家园□漏水', '我家□', '小区□停电', '（□）楼上装修', '□业主']

const FORMS: readonly Form[] = [
  ...forms('mobile', 'zh', PHONE_ZH, {
    plain: (rng) => mobile(rng), 'blanks 3-4-4': (rng) => group(mobile(rng), [3, 4, 4], ' '), 'hyphens 3-4-4': (rng) => group(mobile(rng), [3, 4, 4], '-'), 'blanks 4-4-3': (rng) => group(mobile(rng), [4, 4, 3], ' '),
    'blanks 3-3-5': (rng) => group(mobile(rng), [3, 3, 5], ' '), dots: (rng) => group(mobile(rng), [3, 4, 4], '.'), '+86': (rng) => `+86 ${mobile(rng)}`, '+86-': (rng) => `+86-${group(mobile(rng), [3, 4, 4], '-')}`, '0086': (rng) => `0086${mobile(rng)}`,
    '(+86)': (rng) => `(+86)${mobile(rng)}`, 'full width': (rng) => wide(mobile(rng)), 'full width, blanks': (rng) => group(wide(mobile(rng)), [3, 4, 4], '　'), 'Chinese digits': (rng) => han(mobile(rng)), '幺': (rng) => han(mobile(rng)).replaceAll('一', '幺'),
    'every digit apart': (rng) => [...mobile(rng)].join(' '), 'middle dots': (rng) => group(mobile(rng), [3, 4, 4], '·'), dashes: (rng) => group(mobile(rng), [3, 4, 4], '—'), 'Chinese, blanks': (rng) => group(han(mobile(rng)), [3, 4, 4], ' '),
  }),
  ...forms('mobile', 'en', ['call me at □', 'phone □', 'my cell is □', 'Tel: □', 'contact number □'], { plain: (rng) => mobile(rng), '+86': (rng) => `+86 ${group(mobile(rng), [3, 4, 4], ' ')}` }),
  ...forms('landline', 'zh', ['电话□', '座机□', '联系电话：□', '请打□', '□'], {
    hyphen: (rng) => `0731-8${digits(rng, 7)}`, plain: (rng) => `07318${digits(rng, 7)}`, brackets: (rng) => `(010)6${digits(rng, 7)}`, 'wide brackets': (rng) => `（021）5${digits(rng, 7)}`, blank: (rng) => `0731 8${digits(rng, 7)}`,
    'seven digits': (rng) => `0734-8${digits(rng, 6)}`, extension: (rng) => `010-6${digits(rng, 7)}转${1 + rng.below(899)}`, 'full width': (rng) => wide(`0731-8${digits(rng, 7)}`), '400': (rng) => `400-${digits(rng, 3)}-${digits(rng, 4)}`, 'in three': (rng) => `0731-8${digits(rng, 3)}-${digits(rng, 4)}`,
  }),
  ...forms('landline', 'zh', ['电话□', '联系电话：□', '座机是□'], { 'without area': (rng) => `8${digits(rng, 7)}`, 'seven, without area': (rng) => `6${digits(rng, 6)}` }),
  ...forms('landline', 'en', ['call me at □', 'phone: □', 'my number is □', 'Tel. □', '□'], {
    hyphens: (rng) => `713-${us(rng)}-${digits(rng, 4)}`, brackets: (rng) => `(713) ${us(rng)}-${digits(rng, 4)}`, dots: (rng) => `212.${us(rng)}.${digits(rng, 4)}`, '+1': (rng) => `+1 617 ${us(rng)} ${digits(rng, 4)}`, '1-': (rng) => `1-312-${us(rng)}-${digits(rng, 4)}`,
  }),
  ...forms('citizen_id', 'zh', NUMBERED_ZH, {
    plain: (rng) => citizen(rng), lower: (rng) => `${citizen(rng).slice(0, 17)}x`, 'X': (rng) => `${citizen(rng).slice(0, 17)}X`, 'blanks 6-8-4': (rng) => group(citizen(rng), [6, 8, 4], ' '), 'hyphens 6-8-4': (rng) => group(citizen(rng), [6, 8, 4], '-'), 'full width': (rng) => wide(citizen(rng)),
    'blanks 6-4-4-4': (rng) => group(citizen(rng), [6, 4, 4, 4], ' '), 'blanks 3-3-4-4-4': (rng) => group(citizen(rng), [3, 3, 4, 4, 4], ' '),
  }),
  ...forms('citizen_id', 'zh', ['身份证□', '身份证号码：□'], { 'fifteen digits': (rng) => { const id = citizen(rng); return id.slice(0, 6) + id.slice(8, 17) } }),
  ...forms('bank_card', 'zh', CARDS_ZH, {
    'sixteen': (rng) => card(rng, 16), 'nineteen': (rng) => card(rng, 19), 'sixteen in fours': (rng) => group(card(rng, 16), [4, 4, 4, 4], ' '), 'nineteen in fours': (rng) => group(card(rng, 19), [4, 4, 4, 4, 3], ' '), hyphens: (rng) => group(card(rng, 16), [4, 4, 4, 4], '-'), 'full width': (rng) => wide(card(rng, 19)),
  }),
  ...forms('bank_card', 'en', ['card number □', 'account □', 'charged to □'], { plain: (rng) => card(rng, 16), 'in fours': (rng) => group(card(rng, 16), [4, 4, 4, 4], ' ') }),
  ...forms('plate', 'zh', ['车牌□违停', '车牌号：□', '一辆□的货车占道', '□', '司机开□'], {
    plain: (rng) => plate(rng, ''), dot: (rng) => plate(rng, '·'), blank: (rng) => plate(rng, ' '), hyphen: (rng) => plate(rng, '-'), 'new energy': (rng) => `${plate(rng, '').slice(0, 2)}D${digits(rng, 5)}`, 'lower case': (rng) => plate(rng, '').toLowerCase(), 'full width': (rng) => wide(plate(rng, '')), trailer: (rng) => `${plate(rng, '').slice(0, 6)}挂`,
  }),
  ...forms('plate', 'en', ['license plate □', 'plate number: □', 'the plate is □', 'plate □'], { 'letters, digits': (rng) => `${letters(rng, 3)}-${digits(rng, 4)}`, 'digits, letters': (rng) => `${1 + rng.below(9)}${letters(rng, 3)}${digits(rng, 3)}`, plain: (rng) => `${letters(rng, 3)}${digits(rng, 4)}` }),
  ...forms('mail', 'zh', ['邮箱□', '邮箱：□', '发到□', '请回复□', 'Email:□'], {
    plain: (rng) => mail(rng), capitals: (rng) => mail(rng).toUpperCase(), 'QQ': (rng) => `${10000 + rng.below(899999999)}@qq.com`, 'wide @': (rng) => mail(rng).replace('@', '＠'), blanks: (rng) => mail(rng).replace('@', ' @ '), '(at)': (rng) => mail(rng).replace('@', '(at)'), '。com': (rng) => mail(rng).replace(/\.(?=[a-z]+$)/, '。'),
  }),
  ...forms('mail', 'en', ['email me at □', 'e-mail: □', 'write to □'], { plain: (rng) => mail(rng), '[at]': (rng) => mail(rng).replace('@', '[at]'), 'in words': (rng) => mail(rng).replace('@', ' at ').replaceAll('.', ' dot ') }),
  ...forms('chat', 'zh', ['微信□', '微信号：□', '加QQ□', 'V信：□', 'QQ号□'], { 'a name': (rng) => `${letters(rng, 5).toLowerCase()}_${digits(rng, 3)}`, digits: (rng) => `${1 + rng.below(9)}${digits(rng, 8)}` }),
  ...forms('name', 'zh', NAMES_ZH, { 'two characters': (rng) => pick(rng, SURNAMES.slice(0, -4)) + pick(rng, GIVEN), 'three characters': (rng) => pick(rng, SURNAMES) + pick(rng, GIVEN) + pick(rng, GIVEN), 'hidden': (rng) => `${pick(rng, SURNAMES)}某${pick(rng, GIVEN)}` }),
  ...forms('name', 'zh', ['□先生反映', '找□女士', '和□阿姨协商', '□，男，45岁', '□（女，退休）'], { titled: (rng) => pick(rng, SURNAMES) + pick(rng, GIVEN) + pick(rng, GIVEN) }),
  ...forms('name', 'zh', ['联系人：□', '姓名：□', '我叫□'], { 'blank inside': (rng) => `${pick(rng, SURNAMES)}　${pick(rng, GIVEN)}`, 'runs on': (rng) => pick(rng, SURNAMES) + pick(rng, GIVEN) + pick(rng, GIVEN) }),
  ...forms('name', 'en', ['Mr. □ reported it', 'Mrs □ called', 'my name is □', 'Contact: □', 'Caller: □', 'I am □', 'Ms. □'], { 'first and last': (rng) => `${pick(rng, FIRST)} ${pick(rng, LAST)}` }),
  ...forms('room', 'zh', ROOMS_ZH, {
    '栋单元室': (rng) => `${no(rng, 40)}栋${no(rng, 6)}单元${room(rng)}室`, '号楼单元': (rng) => `${no(rng, 40)}号楼${no(rng, 6)}单元${room(rng)}`, hyphens: (rng) => `${no(rng, 40)}-${no(rng, 6)}-${room(rng)}`, letters: (rng) => `${pick(rng, ['A', 'B', 'C'])}${no(rng, 20)}栋${room(rng)}房`,
    'Chinese numbers': (rng) => `${pick(rng, ['三', '十二', '二十一'])}栋${pick(rng, ['一', '二', '三'])}单元${pick(rng, ['五〇一', '一二〇三', '八零二'])}室`, '幢': (rng) => `${no(rng, 30)}幢${no(rng, 4)}单元0${no(rng, 9)}0${no(rng, 4)}`, '座': (rng) => `${pick(rng, ['A', 'B', 'C'])}座${room(rng)}`, '#': (rng) => `${no(rng, 30)}#${room(rng)}`,
    '#楼单元': (rng) => `${no(rng, 30)}#楼${no(rng, 4)}单元${room(rng)}室`, '号楼': (rng) => `${no(rng, 30)}号楼${room(rng)}`, '单元户': (rng) => `${no(rng, 6)}单元${room(rng)}户`, blanks: (rng) => `${no(rng, 30)}栋 ${no(rng, 6)}单元 ${room(rng)}`, 'full width': (rng) => wide(`${no(rng, 30)}栋${no(rng, 6)}单元${room(rng)}`),
    floor: (rng) => `${no(rng, 30)}栋${no(rng, 6)}单元${no(rng, 30)}楼${room(rng)}`,
  }),
  ...forms('room', 'en', ['123 Main Street □', 'leak in □', 'neighbor □ is loud'], { apt: (rng) => `Apt ${no(rng, 30)}${pick(rng, ['A', 'B', 'C'])}`, unit: (rng) => `Unit ${room(rng)}`, 'apt #': (rng) => `apt. #${room(rng)}`, flat: (rng) => `Flat ${no(rng, 60)}${pick(rng, ['A', 'B'])}`, room: (rng) => `Room ${room(rng)}` }),
]

function forms(kind: PlantedKind, language: 'zh' | 'en', frames: readonly string[], writers: Record<string, (rng: Rng) => string>): Form[] {
  return Object.entries(writers).map(([name, write]) => ({ kind, language, name, frames, write }))
}

function pick<T>(rng: Rng, from: readonly T[]): T {
  return from[rng.below(from.length)]!
}

function digits(rng: Rng, n: number): string {
  return Array.from({ length: n }, () => rng.below(10)).join('')
}

function letters(rng: Rng, n: number): string {
  return Array.from({ length: n }, () => pick(rng, [...'ABCDEFGHJKLMNPQRSTUVWXYZ'])).join('')
}

function no(rng: Rng, most: number): string {
  return String(1 + rng.below(most))
}

function room(rng: Rng): string {
  return `${1 + rng.below(32)}0${1 + rng.below(6)}`
}

function us(rng: Rng): string {
  return `${2 + rng.below(8)}${digits(rng, 2)}`
}

function mobile(rng: Rng): string {
  return `1${3 + rng.below(7)}${digits(rng, 9)}`
}

function group(text: string, sizes: readonly number[], mark: string): string {
  let at = 0
  return sizes.map((size) => [...text].slice(at, at += size).join('')).join(mark)
}

function wide(text: string): string {
  return text.replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0))
}

function han(text: string): string {
  return text.replace(/\d/g, (c) => HAN[Number(c)]!)
}

/** With the right check digit (GB 11643). */
function citizen(rng: Rng): string {
  const body = `${1 + rng.below(6)}${1 + rng.below(5)}0${1 + rng.below(9)}0${1 + rng.below(9)}${1940 + rng.below(70)}${String(1 + rng.below(12)).padStart(2, '0')}${String(1 + rng.below(28)).padStart(2, '0')}${digits(rng, 3)}`
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  return body + '10X98765432'[weights.reduce((sum, weight, i) => sum + weight * Number(body[i]), 0) % 11]!
}

/** With the right check digit (Luhn). */
function card(rng: Rng, n: number): string {
  const body = `62${digits(rng, n - 3)}`
  let sum = 0
  for (let i = body.length - 1, double = true; i >= 0; i--, double = !double) {
    const digit = Number(body[i]) * (double ? 2 : 1)
    sum += digit > 9 ? digit - 9 : digit
  }
  return body + String((10 - sum % 10) % 10)
}

function plate(rng: Rng, mark: string): string {
  return `${pick(rng, [...'京沪粤苏浙湘鄂鲁豫川渝闽'])}${pick(rng, [...'ABCDEFGHJ'])}${mark}${pick(rng, ['', pick(rng, [...'BCDEFGHJKLM'])])}${digits(rng, 5)}`.slice(0, 7 + mark.length)
}

function mail(rng: Rng): string {
  return `${pick(rng, ['zhang', 'liwei', 'wang.fang', 'chen_88', 'happy', 'tom.lee'])}${digits(rng, 3)}@${pick(rng, ['163.com', 'example.com', 'mail.example.org', 'city-mail.cn'])}`
}
