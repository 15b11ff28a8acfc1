/**
 * By which rules the nights of a replay go: those of a file, all of them; else on each night those that were in force.
 */
import type { Config } from '../../core/config.ts'
import { formatDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import type { Queryable } from '../../sql/db.ts'
import { readVersions } from '../../sql/rules.ts'
import { readRuleFile } from '../rule-reader.ts'
import { parseRules } from '../rules-file.ts'
import { hashRules, initialRules, rulesOn } from '../rules.ts'
import type { Rules } from '../rules.ts'

export interface NightRules {
  /** Where they come from. */
  source: 'file' | 'in_force'
  on(night: Day): Rules
}

/** @throws {BadInputError} the file cannot be read as rules */
export async function readNightRules({ db, config }: { db: Queryable, config: Config }, { rulesFile }: { rulesFile?: string }): Promise<NightRules> {
  const initial = initialRules(config.settings)
  const versions = await readVersions(db)
  const inForce = (night: string): Rules => {
    const version = versions.findLast((one) => one.effectiveOn <= night)
    return version ? version.rules as Rules : initial
  }
  if (rulesFile === undefined) return { source: 'in_force', on: (night) => rulesOn(inForce(formatDay(night)), formatDay(night)) }
  // What the file leaves out is as it is now.
  const given = await readRuleFile(rulesFile, (text) => parseRules(text, versions.at(-1)?.rules as Rules | undefined ?? initial))
  return { source: 'file', on: (night) => rulesOn(given, formatDay(night)) }
}

/** For the register: the same where the nights [from, until) go by the same rules. */
export function describeRules(rules: NightRules, from: Day, until: Day): { source: string, versions: { from: string, hash: string }[] } {
  const versions: { from: string, hash: string }[] = []
  for (let night = from; night < until; night++) {
    const hash = hashRules(rules.on(night))
    if (versions.at(-1)?.hash !== hash) versions.push({ from: formatDay(night), hash })
  }
  return { source: rules.source, versions }
}
