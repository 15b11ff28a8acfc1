/**
 * The words of an alert's life, in the reader's language.
 */
import type { Locale } from '../../core/config.ts'
import { t } from '../../core/texts.ts'
import type { Act, AlertState, Finding, PartyKind, PartyState, Role, Rung } from '../alert-state.ts'
import type { LifeSummary } from './timeline.ts'

export const stateWord = (locale: Locale, state: AlertState): string => t(locale, `alert_state.${state}`)
export const actWord = (locale: Locale, act: Act): string => t(locale, `act.${act}`)
export const roleWord = (locale: Locale, role: Role): string => t(locale, `role.${role}`)
export const findingWord = (locale: Locale, finding: Finding): string => t(locale, `finding.${finding}`)
export const rungWord = (locale: Locale, rung: Rung): string => t(locale, `rung.${rung}`)
export const partyWord = (locale: Locale, kind: PartyKind): string => t(locale, `party.${kind}`)
export const partyStateWord = (locale: Locale, state: PartyState): string => t(locale, `party_state.${state}`)

/** The state with its finding and marks, as "being handled (true) · escalated to the district". */
export function describeState(locale: Locale, { state, finding, escalated, snoozed_until: until }: Pick<LifeSummary, 'state' | 'finding' | 'escalated' | 'snoozed_until'>): string {
  const found = finding === null ? '' : locale === 'zh' ? `（${findingWord(locale, finding)}）` : ` (${findingWord(locale, finding)})`
  return [
    stateWord(locale, state) + found,
    ...(escalated === null ? [] : [t(locale, 'alert_mark.escalated', { rung: rungWord(locale, escalated) })]),
    ...(until === null ? [] : [t(locale, 'alert_mark.snoozed', { until })]),
  ].join(' · ')
}
