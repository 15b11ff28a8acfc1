/**
 * Invented names of districts, streets and sites. All are put together from common syllables; none is looked up.
 */
import type { Rng } from '../../core/rng.ts'

const DISTRICTS = ['东湖', '西岭', '南浦', '北川', '云中', '高新', '临江', '青石', '柳河', '安平', '望山', '新城', '玉泉', '金沙', '白塔', '平原', '长丰', '永宁', '清溪', '凤台']
const STREET_HEADS = ['滨河', '文昌', '朝阳', '解放', '建设', '和平', '胜利', '人民', '光明', '青年', '团结', '红旗', '友谊', '东风', '育才', '长青', '兴华', '中山', '桃园', '杏林', '梅园', '松柏', '翠屏', '石桥', '双桥', '龙泉', '凤凰', '白鹤', '金牛', '马头', '大河', '小店', '南关', '北关', '东关', '西关', '新华', '古塔', '钟楼', '鼓楼', '水源', '花园', '槐荫', '榆林', '柏树', '沙河', '清泉', '黄土', '青龙', '太平', '永安', '福寿', '同乐', '万和', '三里', '五里', '七里', '十里', '平安', '云峰']
const STREET_TAILS = ['', '东', '西', '南', '北', '新', '上', '下']
const COMPOUND_HEADS = ['阳光', '金色', '翠湖', '江南', '世纪', '锦绣', '华府', '丽景', '康乐', '天元', '紫薇', '玉兰', '东方', '盛世', '碧水', '恒泰', '嘉和', '万象', '春江', '龙湾', '御景', '学府', '梧桐', '银杏', '香樟', '雅居', '名仕', '瑞祥', '明珠', '书香', '幸福', '绿洲', '海棠', '云水', '观澜', '星河', '时代', '福泽', '泰和', '景园']
const COMPOUND_MIDDLES = ['', '金', '新', '东', '西', '一品', '御', '悦', '和', '云', '中央', '南']
const COMPOUND_TAILS = ['花园', '小区', '家园', '苑', '府', '名邸', '雅苑', '佳园', '公馆', '里', '新村', '城']
const PROJECT_HEADS = ['锦程', '云璟', '澜庭', '天悦', '星澜', '玖著', '和樾', '悦江', '麓园', '映月', '枫林', '江畔', '云顶', '湖山', '珑玺', '樾山', '禾景', '宸院', '远洲', '澄湖']
const PROJECT_TAILS = ['府项目', '院项目', '湾项目', '台项目', '里项目', '城项目', '苑项目', '中心项目']
const MALL_TAILS = ['广场', '购物中心', '商城', '天地']
const SCHOOLS = ['小学', '中学', '第一中学', '实验学校', '幼儿园', '职业学校']

/** Draws names without handing one out twice. */
export interface NameSource {
  district(): string
  street(): string
  compound(): string
  project(): string
  school(near: string): string
  market(near: string): string
  mall(): string
  junction(): string
}

export function createNames(rng: Rng): NameSource {
  const used = new Set<string>()
  let districts = 0
  /** After 40 clashes a number is added, so that a city of any size gets its names. */
  const unique = (draw: () => string, number: (name: string, i: number) => string): string => {
    for (let i = 0; ; i++) {
      const name = i < 40 ? draw() : number(draw(), i - 38)
      if (used.has(name)) continue
      used.add(name)
      return name
    }
  }
  const pick = (words: readonly string[]): string => words[rng.below(words.length)]!
  return {
    district: () => {
      const i = districts++
      return `${DISTRICTS[i % DISTRICTS.length]}${i < DISTRICTS.length ? '' : '新'}${i % 5 === 4 ? '县' : '区'}`
    },
    street: () => unique(
      () => `${pick(STREET_HEADS)}${rng.next() < 0.6 ? '' : pick(STREET_TAILS)}${rng.next() < 0.72 ? '街道' : '镇'}`,
      (name, i) => name.replace(/(街道|镇)$/, `${NUMERALS[i % 10]}$1`)),
    compound: () => unique(() => `${pick(COMPOUND_HEADS)}${pick(COMPOUND_MIDDLES)}${pick(COMPOUND_TAILS)}`, (name, i) => `${name}${i}期`),
    project: () => unique(() => `${pick(PROJECT_HEADS)}${pick(PROJECT_TAILS)}`, (name, i) => name.replace('项目', `${i}期项目`)),
    school: (near) => unique(() => `${near}${pick(SCHOOLS)}`, (name, i) => `${name}${i}部`),
    market: (near) => unique(() => `${near}${pick(['农贸市场', '集贸市场', '综合市场', '建材市场'])}`, (name, i) => `${name}${i}区`),
    mall: () => unique(() => `${pick(COMPOUND_HEADS)}${pick(['', '国际', '时尚', '新'])}${pick(MALL_TAILS)}`, (name, i) => `${name}${i}馆`),
    junction: () => unique(() => `${pick(STREET_HEADS)}路${pick(STREET_HEADS)}街路口`, (name, i) => name.replace('路口', `${i}号路口`)),
  }
}

const NUMERALS = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十']
