/**
 * Who asks: a signed-in person (or a token that acts for one) with the role of this session and what the role reaches.
 */
import { ROLES } from '../alert-state.ts'
import type { Role } from '../alert-state.ts'

/** Roles a person may have; the machine itself is none. */
export type WebRole = Exclude<Role, 'system'>
export const WEB_ROLES: readonly WebRole[] = ROLES.filter((role): role is WebRole => role !== 'system')

/** How far a role sees: everything, what its units are named on, what lies in its territories (or names its units), or no alert at all. */
export type View = 'all' | 'unit' | 'territory' | 'none'

export const VIEW_OF: Readonly<Record<WebRole, View>> = {
  unit_liaison: 'unit', unit_lead: 'unit', territory_lead: 'territory', analyst: 'all', supervisor: 'all', policy_reader: 'all', batch_operator: 'none', admin: 'all',
}

/** Ids of units, places and topics; an empty list restricts nothing. Places and topics count with all below them. */
export interface Scope { units: readonly number[], places: readonly number[], topics: readonly number[] }

export interface WebActor {
  /** Id of the account. */
  id: number
  /** Its sign-in name. */
  account: string
  /** The person's name, as it is written to what they do. */
  name: string
  role: WebRole
  /** Names of the units they speak for, their own first; an act takes the first unless it says which. */
  units: readonly string[]
  /** Paths of the places they are responsible for. */
  territories: readonly string[]
  /** Paths of the topics they are limited to; empty: all. */
  topics: readonly string[]
  scope: Scope
}
