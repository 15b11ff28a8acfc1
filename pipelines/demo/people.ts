/**
 * Invented callers and what they let slip: names, phone numbers, identity numbers, plates, flats. The importer has to
 * remove all of it, so the shapes are valid (check digits included) while the region code 990101 belongs to nobody.
 */
import type { Rng } from '../../core/rng.ts'

const SURNAMES = '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕'
const GIVEN = '伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国志文海燕春梅晓东'
const PREFIXES = ['130', '131', '135', '136', '137', '138', '139', '150', '151', '152', '155', '158', '159', '176', '177', '180', '181', '185', '186', '187', '188', '189', '199']

export interface Caller { phone: string, name: string }

export function drawCaller(rng: Rng): Caller {
  return { phone: drawPhone(rng), name: drawName(rng) }
}

export function drawPhone(rng: Rng): string {
  return PREFIXES[rng.below(PREFIXES.length)]! + String(10_000_000 + rng.below(90_000_000))
}

export function drawName(rng: Rng): string {
  const given = GIVEN[rng.below(GIVEN.length)]!
  return SURNAMES[rng.below(SURNAMES.length)]! + given + (rng.next() < 0.6 ? GIVEN[rng.below(GIVEN.length)]! : '')
}

/** 18 digits with the check digit of GB 11643. */
export function drawIdentityNumber(rng: Rng): string {
  const digits = `990101${1950 + rng.below(55)}${two(1 + rng.below(12))}${two(1 + rng.below(28))}${String(rng.below(1000)).padStart(3, '0')}`
  let sum = 0
  for (let i = 0; i < 17; i++) sum += Number(digits[i]) * (2 ** (17 - i) % 11)
  return digits + '10X98765432'[sum % 11]!
}

export function drawPlate(rng: Rng): string {
  return `${'晋陕甘青豫'[rng.below(5)]!}${'ABCDEFGH'[rng.below(8)]!}${String(rng.below(100_000)).padStart(5, '0')}`
}

export function drawFlat(rng: Rng): string {
  return `${1 + rng.below(28)}号楼${1 + rng.below(4)}单元${(1 + rng.below(24)) * 100 + 1 + rng.below(4)}室`
}

const two = (n: number): string => String(n).padStart(2, '0')
