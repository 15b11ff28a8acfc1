/**
 * Which rules a night goes by: the version that was in force on it, else the product's own with the deployment's settings.
 */
import type { Settings } from '../core/config.ts'
import type { Queryable } from '../sql/db.ts'
import { readVersionOn } from '../sql/rules.ts'
import { initialRules, rulesOn } from './rules.ts'
import type { Rules } from './rules.ts'

/** Rules of a night; version 0 are those that nobody activated. */
export interface RulesInForce { version: number, rules: Rules }

/** @param night  rules and exceptions that do not hold yet on it are left out */
export async function readRulesInForce(db: Queryable, night: string, settings: Settings): Promise<RulesInForce> {
  const row = await readVersionOn(db, night)
  // What was stored was checked when it was activated.
  return row ? { version: row.version, rules: rulesOn(row.rules as Rules, night) } : { version: 0, rules: rulesOn(initialRules(settings), night) }
}

/** The settings that rules overlap with, as the rules have them: for whoever still asks the settings. */
export function settingsUnder(settings: Settings, { detection, closing, budget }: Rules): Settings {
  return {
    ...settings, recurrenceDays: detection.recurrenceDays, minCallers: detection.minCallers, quietNights: closing.quietNights,
    alertBudgetPerUnitWeek: budget.perUnitWeek,
  }
}
