/**
 * Every page and form of the web, one line an area. A route that is not here does not exist; each needs a row in the
 * authorisation table (tests/web/authorisation.ts), and tables that its handler reads or writes a row in sql/web-grants.ts.
 */
import { accountRoutes } from './accounts/account-page.ts'
import { oidcRoutes } from './accounts/oidc-routes.ts'
import { signInRoutes } from './accounts/sign-in.ts'
import { usersRoutes } from './accounts/users-page.ts'
import { adminRoutes } from './admin/routes.ts'
import { apiRoutes } from './api/routes.ts'
import { homeRoutes } from './home.ts'
import { open311Routes } from './open311/routes.ts'
import { operationsRoutes } from './operations/routes.ts'
import { inboxRoutes } from './inbox/routes.ts'
import { preferenceRoutes } from './preferences.ts'
import { reportRoutes } from './reports/routes.ts'
import { supervisionRoutes } from './supervision/routes.ts'
import type { Route } from './route.ts'
import { ticketRoutes } from './tickets/open.ts'

export const ROUTES: readonly Route[] = [
  ...homeRoutes,
  ...signInRoutes,
  ...oidcRoutes,
  ...accountRoutes,
  ...usersRoutes,
  ...ticketRoutes,
  ...preferenceRoutes,
  ...operationsRoutes,
  ...reportRoutes,
  ...inboxRoutes,
  ...supervisionRoutes,
  ...adminRoutes,
  ...apiRoutes,
  ...open311Routes,
]
