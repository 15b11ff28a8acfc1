/**
 * Language and theme: a cookie for this browser.
 */
import { cookie } from './cookies.ts'
import { redirect } from './reply.ts'
import type { Route } from './route.ts'

const YEAR = 31_536_000

export const preferenceRoutes: readonly Route[] = [
  {
    method: 'POST', path: '/preferences', operation: 'preferences.set', allow: 'anyone',
    handle: async (request) => {
      const form = await request.form()
      const response = redirect(form.text('back') || '/')
      const secure = request.url.protocol === 'https:'
      const theme = form.text('theme')
      const language = form.text('lang')
      if (['light', 'dark', 'auto'].includes(theme)) response.headers.append('set-cookie', cookie('theme', theme, { secure, maxAge: YEAR }))
      if (['zh', 'en'].includes(language)) response.headers.append('set-cookie', cookie('lang', language, { secure, maxAge: YEAR }))
      return response
    },
  },
]
