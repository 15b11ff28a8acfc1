/**
 * Is this an official code? Twelve digits are province, city, district (two each), street and community (three each); a grid
 * adds three: 370102011201009 is grid 009 of community 370102011201.
 */

/** Provinces, autonomous regions, municipalities, and 71, 81, 82. */
const PROVINCES = new Set([11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82].map(String))
/** Digits that say something at each level; the rest of the twelve are zeros. */
const TELLING: Readonly<Record<string, number>> = { city: 4, district: 6, street: 9, community: 12, grid: 15 }
/** Levels from the top. */
export const CODED_KINDS = Object.keys(TELLING)

export type CodeFault = 'code_length' | 'code_province' | 'code_level' | 'code_parent'

/**
 * @param code    digits; short ones of the upper levels (6 or 9 digits) stand for the full one
 * @param parent  code of the nearest coded place above, or null where it has none
 * @returns the code in full, or what is wrong with it; codes of compounds and the like are taken as they are
 */
export function readCode(code: string, kind: string, parent: string | null): { code: string } | { fault: CodeFault } {
  const telling = TELLING[kind]
  if (telling === undefined) return /^[\w-]{1,32}$/.test(code) ? { code } : { fault: 'code_length' }
  const full = kind !== 'grid' && /^(?:\d{4}|\d{6}|\d{9})$/.test(code) && code.length >= telling ? code.padEnd(12, '0') : code
  if (!/^\d+$/.test(full) || full.length !== (kind === 'grid' ? 15 : 12)) return { fault: 'code_length' }
  if (!PROVINCES.has(full.slice(0, 2))) return { fault: 'code_province' }
  // 000 at a level's own place says that there is none.
  const own = full.slice(telling === 4 ? 2 : telling <= 6 ? telling - 2 : telling - 3, telling)
  if (/^0+$/.test(own) || !/^0*$/.test(full.slice(telling))) return { fault: 'code_level' }
  if (parent !== null && !full.startsWith(parent.replace(/0+$/, '').padEnd(prefixOf(parent), '0'))) return { fault: 'code_parent' }
  return { code: full }
}

/** Digits of a code that its parts below share. */
function prefixOf(code: string): number {
  return [4, 6, 9, 12].find((n) => /^0*$/.test(code.slice(n))) ?? code.length
}
