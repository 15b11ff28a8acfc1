/**
 * The sections of the menu, in order. A section is shown to whoever may use its operation, and not before its route exists.
 */
import type { TextKey } from '../core/texts.ts'

export type Section = 'inbox' | 'reports' | 'supervision' | 'operations' | 'admin' | 'users' | 'account' | 'api'

export interface NavigationEntry { section: Section, path: string, operation: string, label: TextKey }

export const NAVIGATION: readonly NavigationEntry[] = [
  { section: 'inbox', path: '/inbox', operation: 'inbox.list', label: 'web.nav.inbox' },
  { section: 'supervision', path: '/supervision', operation: 'supervision.home', label: 'web.nav.supervision' },
  { section: 'reports', path: '/reports', operation: 'reports.home', label: 'web.nav.reports' },
  { section: 'operations', path: '/operations', operation: 'operations.home', label: 'web.nav.operations' },
  { section: 'admin', path: '/admin', operation: 'admin.home', label: 'web.nav.admin' },
  { section: 'users', path: '/users', operation: 'users.list', label: 'web.nav.users' },
  { section: 'api', path: '/api/docs', operation: 'api.docs', label: 'web.nav.api' },
]
