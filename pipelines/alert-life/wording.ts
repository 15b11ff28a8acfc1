/**
 * The words of an alert's life, in the reader's language.
 */
import type { Locale } from '../../core/config.ts'
import { t } from '../../core/texts.ts'
import type { Act, AlertState, Finding, PartyKind, PartyState, Role, Rung } from '../alert-state.ts'
import { isSnoozed } from './fold.ts'
import type { Life } from './fold.ts'

export const stateWord = (locale: Locale, state: AlertState): string => t(locale, `alert_state.${state}`)
export const actWord = (locale: Locale, act: Act): string => t(locale, `act.${act}`)
export const roleWord = (locale: Locale, role: Role): string => t(locale, `role.${role}`)
export const findingWord = (locale: Locale, finding: Finding): string => t(locale, `finding.${finding}`)
export const rungWord = (locale: Locale, rung: Rung): string => t(locale, `rung.${rung}`)
export const partyWord = (locale: Locale, kind: PartyKind): string => t(locale, `party.${kind}`)
export const partyStateWord = (locale: Locale, state: PartyState): string => t(locale, `party_state.${state}`)

/** The state with its finding and marks, as "being handled (true) · escalated to the district". */
export function describeLife(locale: Locale, life: Life, day: string): string {
  const finding = life.finding === null ? '' : locale === 'zh' ? `（${findingWord(locale, life.finding)}）` : ` (${findingWord(locale, life.finding)})`
  return [
    stateWord(locale, life.state) + finding,
    ...(life.escalated === null ? [] : [t(locale, 'alert_mark.escalated', { rung: rungWord(locale, life.escalated) })]),
    ...(isSnoozed(life, day) ? [t(locale, 'alert_mark.snoozed', { until: life.snoozedUntil! })] : []),
  ].join(' · ')
}
