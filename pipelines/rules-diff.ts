/**
 * What two sets of rules have different, by path; rules of a list by their ids, so that an insertion is one difference.
 */
import type { Rules } from './rules.ts'

/** JSON values; undefined where one side has none. */
export interface RuleDifference { path: string, before: unknown, after: unknown }

export function diffRules(before: Rules, after: Rules): RuleDifference[] {
  return diffById(before, after, ['levels', 'exceptions'])
}

/** @param lists  keys of lists of rules with ids */
export function diffById<T extends object>(before: T, after: T, lists: readonly (keyof T & string)[]): RuleDifference[] {
  const old = flatten(before, lists)
  const now = flatten(after, lists)
  return [...new Set([...old.keys(), ...now.keys()])].sort()
    .filter((path) => JSON.stringify(old.get(path)) !== JSON.stringify(now.get(path)))
    .map((path) => ({ path, before: old.get(path), after: now.get(path) }))
}

function flatten<T extends object>(rules: T, lists: readonly (keyof T & string)[]): Map<string, unknown> {
  const found = new Map<string, unknown>()
  const walk = (path: string, value: unknown): void => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return void found.set(path, value)
    for (const [key, inner] of Object.entries(value)) walk(path === '' ? key : `${path}.${key}`, inner)
  }
  walk('', Object.fromEntries(Object.entries(rules).filter(([key]) => !(lists as readonly string[]).includes(key))))
  for (const section of lists) {
    const list = rules[section] as readonly { id: string }[]
    for (const { id, ...rule } of list) walk(`${section}.${id}`, rule)
    // The first rule that fits holds.
    found.set(`${section} in order`, list.map(({ id }) => id))
  }
  return found
}
