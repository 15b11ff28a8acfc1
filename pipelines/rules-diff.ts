/**
 * What two sets of rules have different, by path; rules of a list by their ids, so that an insertion is one difference.
 */
import type { Rules } from './rules.ts'

/** JSON values; undefined where one side has none. */
export interface RuleDifference { path: string, before: unknown, after: unknown }

export function diffRules(before: Rules, after: Rules): RuleDifference[] {
  const old = flatten(before)
  const now = flatten(after)
  return [...new Set([...old.keys(), ...now.keys()])].sort()
    .filter((path) => JSON.stringify(old.get(path)) !== JSON.stringify(now.get(path)))
    .map((path) => ({ path, before: old.get(path), after: now.get(path) }))
}

function flatten(rules: Rules): Map<string, unknown> {
  const { levels, exceptions, ...rest } = rules
  const found = new Map<string, unknown>()
  const walk = (path: string, value: unknown): void => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return void found.set(path, value)
    for (const [key, inner] of Object.entries(value)) walk(path === '' ? key : `${path}.${key}`, inner)
  }
  walk('', rest)
  for (const [section, list] of [['levels', levels], ['exceptions', exceptions]] as const) {
    for (const { id, ...rule } of list) walk(`${section}.${id}`, rule)
    // The first rule of a level names the alert.
    found.set(`${section} in order`, list.map(({ id }) => id))
  }
  return found
}
