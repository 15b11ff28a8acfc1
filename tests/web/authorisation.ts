/**
 * The one table of who may use what: operation × role. A route without a row fails the test, and so does a row without a route.
 */
import type { WebRole } from '../../pipelines/accounts/web-actor.ts'

const UNITS: readonly WebRole[] = ['unit_liaison', 'unit_lead', 'territory_lead']
const DESK: readonly WebRole[] = ['analyst', 'supervisor']
const EVERYBODY: readonly WebRole[] = [...UNITS, ...DESK, 'policy_reader', 'batch_operator', 'admin']

/** 'anyone': also without signing in. */
export const MAY: Readonly<Record<string, readonly WebRole[] | 'anyone'>> = {
  'home': EVERYBODY,
  'sign-in.page': 'anyone', 'sign-in': 'anyone', 'sign-in.code-page': 'anyone', 'sign-in.code': 'anyone', 'sign-out': EVERYBODY, 'welcome.page': 'anyone', 'welcome': 'anyone',
  'preferences.set': 'anyone',
  'account.page': EVERYBODY, 'account.role': EVERYBODY, 'account.password': EVERYBODY, 'account.totp': EVERYBODY, 'account.totp-off': EVERYBODY, 'account.end-session': EVERYBODY,
  'users.list': ['admin'], 'users.add': ['admin'], 'users.role': ['admin'], 'users.change': ['admin'],
  'text.page': [...UNITS, ...DESK, 'policy_reader', 'admin'], 'text.open': [...UNITS, ...DESK],
}
