/**
 * Language and theme: a cookie for this browser, and the account's where somebody has signed in.
 */
import { cookie } from './cookies.ts'
import { redirect } from './reply.ts'
import type { Route } from './route.ts'

const YEAR = 31_536_000

export const preferenceRoutes: readonly Route[] = [
  {
    method: 'POST', path: '/preferences', operation: 'preferences.set', ownNote: true, allow: 'anyone',
    handle: async (request) => {
      const form = await request.form()
      const response = redirect(form.text('back') || '/')
      const { secure } = request
      const theme = ['light', 'dark', 'auto'].includes(form.text('theme')) ? form.text('theme') : null
      const language = ['zh', 'en'].includes(form.text('lang')) ? form.text('lang') : null
      if (request.signedIn) await request.accounts.setPreferences(request.signedIn.id, language, theme)
      if (theme) response.headers.append('set-cookie', cookie('theme', theme, { secure, maxAge: YEAR }))
      if (language) response.headers.append('set-cookie', cookie('lang', language, { secure, maxAge: YEAR }))
      return response
    },
  },
]
