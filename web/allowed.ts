/**
 * Whether somebody may use a route: the one place that decides it.
 */
import type { Identity } from './identity.ts'
import type { Route } from './route.ts'

export function isAllowed(route: Pick<Route, 'allow' | 'scope'>, identity: Pick<Identity, 'actor' | 'scopes'> | undefined): boolean {
  if (route.allow === 'anyone') return true
  if (!identity) return false
  if (identity.scopes && (route.scope === undefined || !identity.scopes.includes(route.scope))) return false
  return route.allow === 'signed-in' || route.allow.includes(identity.actor.role)
}
