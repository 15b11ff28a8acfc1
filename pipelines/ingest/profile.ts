/**
 * Saved mappings for headers that no preset knows: `<data directory>/profiles/<name>.json`, field → column name.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { InvalidOptionError } from '../../core/errors.ts'

export interface Profile { preset: string, map: Record<string, string>, city?: string, timeZone?: string, country?: string }

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}_.-]{0,63}$/u

/** @throws {InvalidOptionError} no such profile, or not a profile */
export function readProfile(dataDir: string, name: string): Profile {
  const path = profilePath(dataDir, name)
  let profile: unknown
  try {
    profile = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    throw new InvalidOptionError('--profile', name, `a mapping saved in ${dataDir}/profiles`)
  }
  const { preset, map, city, timeZone, country } = profile as Partial<Profile>
  if (typeof preset !== 'string' || typeof map !== 'object' || map === null) throw new InvalidOptionError('--profile', name, 'a file with "preset" and "map"')
  return { preset, map, ...(city === undefined ? {} : { city }), ...(timeZone === undefined ? {} : { timeZone }), ...(country === undefined ? {} : { country }) }
}

/** Written aside and renamed: a profile is whole or as it was. */
export function saveProfile(dataDir: string, name: string, profile: Profile): string {
  const path = profilePath(dataDir, name)
  mkdirSync(`${dataDir}/profiles`, { recursive: true })
  writeFileSync(`${path}.${process.pid}`, JSON.stringify(profile, null, 2) + '\n')
  renameSync(`${path}.${process.pid}`, path)
  return path
}

function profilePath(dataDir: string, name: string): string {
  if (!NAME.test(name)) throw new InvalidOptionError('--profile', name, 'a name of letters, digits, _ . -')
  return `${dataDir}/profiles/${name}.json`
}
