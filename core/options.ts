/**
 * One way to read options: defaults, overlaid by what the caller gave, checked before any work begins.
 */
import { InvalidOptionError } from './errors.ts'

/** Inclusive numeric bounds; 'whole' asks for an integer. */
export type Range = readonly [min: number, max: number, kind?: 'whole']

/**
 * Lays `given` over `defaults`. An unknown key throws, so that a typing error cannot choose a default;
 * an explicit `undefined` counts as not given.
 *
 * @param owner   name of the function or command, for the message
 * @param ranges  bounds of the numeric options; keys without a range are taken as they are
 * @throws {InvalidOptionError} an unknown option, or a number out of its range
 */
export function resolveOptions<T extends object>(
  owner: string,
  defaults: Readonly<T>,
  ranges: Readonly<Partial<Record<keyof T, Range>>>,
  given: Partial<T>,
): T {
  const result: T = { ...defaults }
  for (const key of Object.keys(given) as (keyof T & string)[]) {
    if (!(key in defaults)) throw new InvalidOptionError(`option of ${owner}`, key, Object.keys(defaults).join(', '))
    const value = given[key]
    if (value === undefined) continue
    const range = ranges[key]
    if (range) checkRange(`${owner}.${key}`, value, range)
    result[key] = value as T[typeof key]
  }
  return result
}

function checkRange(name: string, value: unknown, [min, max, kind]: Range): void {
  const expected = `${kind === 'whole' ? 'a whole number' : 'a number'} from ${min} to ${max}`
  if (typeof value !== 'number' || !(value >= min && value <= max)) throw new InvalidOptionError(name, value, expected)
  if (kind === 'whole' && !Number.isInteger(value)) throw new InvalidOptionError(name, value, expected)
}
