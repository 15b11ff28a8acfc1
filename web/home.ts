/**
 * '/': to the first section that the visitor may see.
 */
import { NAVIGATION } from './navigation.ts'
import { redirect } from './reply.ts'
import type { Route } from './route.ts'

export const homeRoutes: readonly Route[] = [
  {
    method: 'GET', path: '/', operation: 'home', allow: 'signed-in',
    handle: (request) => redirect(NAVIGATION.find((entry) => request.may(entry.operation))?.path ?? '/account'),
  },
]
