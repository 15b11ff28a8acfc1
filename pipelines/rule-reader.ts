/**
 * Reads rules from JSON, field by field: what is wrong is refused with its path, its value and what was expected, and a key that nobody
 * knows too, so that a typing error cannot choose a default.
 */
import { readFile } from 'node:fs/promises'
import { parseDay } from '../core/days.ts'
import { BadInputError, inFile } from '../core/errors.ts'

export type Json = Record<string, unknown>
/** Reads one value; `path` leads to it from the top of the file. */
export type Reader<T> = (value: unknown, path: string) => T

/**
 * What a file says, in its name: whatever `parse` finds wrong is told with the path of the file.
 *
 * @throws {BadInputError} `no_such_file`, or what `parse` throws
 */
export async function readRuleFile<T>(path: string, parse: (text: string) => T | Promise<T>): Promise<T> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new BadInputError('no_such_file', `no such file: ${path}`, { path }, { cause })
  })
  try {
    return await parse(text)
  } catch (error) {
    throw inFile(error, path)
  }
}

/** @throws {BadInputError} `bad_rules`: no JSON */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return fail('$', 'no JSON', 'a JSON object')
  }
}

/** @throws {BadInputError} `bad_rules`, always */
export function fail(path: string, value: unknown, expected: string): never {
  const shown = typeof value === 'string' ? value : JSON.stringify(value) ?? 'nothing'
  throw new BadInputError('bad_rules', `rules, ${path}: ${shown}, expected ${expected}`, { path, value: shown, expected })
}

export function object(value: unknown, path: string, keys: readonly string[]): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(path, value, 'an object')
  for (const key of Object.keys(value)) if (!keys.includes(key)) fail(path === '$' ? key : `${path}.${key}`, 'unknown key', keys.join(', '))
  return value as Json
}

/** An object of exactly these fields. */
export function fields<T extends object>(value: unknown, path: string, readers: { [K in keyof T]: Reader<T[K]> }): T {
  const given = object(value, path, Object.keys(readers))
  return Object.fromEntries((Object.keys(readers) as (keyof T & string)[]).map((key) => [key, readers[key](given[key], `${path}.${key}`)])) as T
}

export function entries<T>(value: unknown, path: string, read: Reader<T>): Record<string, T> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(path, value, 'an object')
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, read(one, `${path}.${key}`)]))
}

export function list<T>(value: unknown, path: string, read: Reader<T>): T[] {
  if (!Array.isArray(value)) fail(path, value, 'a list')
  return value.map((one, i) => read(one, `${path}[${i}]`))
}

export function number(min: number, max: number): Reader<number> {
  return (value, path) => (typeof value === 'number' && value >= min && value <= max ? value : fail(path, value, `a number from ${min} to ${max}`))
}

export function whole(min: number, max: number): Reader<number> {
  return (value, path) => (Number.isInteger(value) && (value as number) >= min && (value as number) <= max ? value as number : fail(path, value, `a whole number from ${min} to ${max}`))
}

export function oneOf<const T extends string | number>(words: readonly T[]): Reader<T> {
  return (value, path) => (words.includes(value as T) ? value as T : fail(path, value, `one of ${words.join(', ')}`))
}

export function pattern(form: RegExp, expected: string): Reader<string> {
  return (value, path) => (typeof value === 'string' && form.test(value) ? value : fail(path, value, expected))
}

export function text(value: unknown, path: string): string {
  return typeof value === 'string' ? value : fail(path, value, 'a text')
}

export function boolean(value: unknown, path: string): boolean {
  return typeof value === 'boolean' ? value : fail(path, value, 'true or false')
}

export function day(value: unknown, path: string): string {
  try {
    parseDay(value as string)
    return value as string
  } catch {
    return fail(path, value, 'a date as YYYY-MM-DD')
  }
}
