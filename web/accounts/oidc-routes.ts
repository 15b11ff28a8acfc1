/**
 * To the sign-in service and back.
 */
import { PipelineError } from '../../core/errors.ts'
import { cookie, readCookies } from '../cookies.ts'
import { localPath } from '../reply.ts'
import type { WebRequest } from '../request.ts'
import type { Route } from '../route.ts'
import type { OidcService } from './oidc-service.ts'
import { enter, visitorOf } from './sign-in.ts'

const COOKIE = 'oidc'
const SECONDS = 600

function serviceOf({ accounts }: WebRequest): OidcService {
  if (!accounts.oidc) throw new PipelineError('no_such_page', 'no sign-in service', {})
  return accounts.oidc
}

/** Our own address, as the service knows it. */
function callbackOf({ config, url }: WebRequest): string {
  return `${config.delivery.publicUrl ? new URL(config.delivery.publicUrl).origin : url.origin}/sign-in/callback`
}

export const oidcRoutes: readonly Route[] = [
  {
    method: 'GET', path: '/sign-in/service', operation: 'oidc.begin', allow: 'anyone',
    handle: async (request) => {
      const { url, state } = await serviceOf(request).begin(callbackOf(request), localPath(request.query('next') || '/'))
      return new Response(null, { status: 303, headers: { location: url, 'set-cookie': cookie(COOKIE, state, { secure: request.secure, maxAge: SECONDS }) } })
    },
  },
  {
    method: 'GET', path: '/sign-in/callback', operation: 'oidc.callback', allow: 'anyone',
    handle: async (request) => {
      const callback = new URL(callbackOf(request))
      callback.search = request.url.search
      const { accountId, next } = await serviceOf(request).finish(callback, readCookies(request.headers.get('cookie')).get(COOKIE) ?? '')
      const response = await enter(request, await request.accounts.admit(accountId, 'oidc', visitorOf(request)), next)
      response.headers.append('set-cookie', cookie(COOKIE, '', { secure: request.secure, maxAge: 0 }))
      return response
    },
  },
]
