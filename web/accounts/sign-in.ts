/**
 * Signing in and out: password, then a code where the account asks for one; and the links that let somebody choose a password.
 */
import { html } from 'hono/html'
import { PipelineError } from '../../core/errors.ts'
import { DEMO_PASSWORD } from '../../pipelines/accounts/demo-accounts.ts'
import { SHORTEST_PASSWORD } from '../../pipelines/accounts/password.ts'
import type { OpenedSession, Visitor } from '../../pipelines/accounts/sessions.ts'
import { errorText, field } from '../components.ts'
import { cookie, readCookies } from '../cookies.ts'
import { statusOf } from '../failure.ts'
import { localPath, redirect } from '../reply.ts'
import type { WebRequest } from '../request.ts'
import type { Route } from '../route.ts'
import { page } from '../shell.ts'

const WAITING_SECONDS = 300

export const visitorOf = (request: WebRequest): Visitor => ({ address: request.address, agent: request.headers.get('user-agent') ?? '' })

/** The token of the request's session, or ''. */
export const tokenOf = (request: WebRequest): string => readCookies(request.headers.get('cookie')).get(request.accounts.cookie) ?? ''

/** The browser keeps it until it is closed; the store ends it earlier. */
export function sessionCookie(request: WebRequest, token: string, maxAge?: number): string {
  return cookie(request.accounts.cookie, token, { secure: request.secure, ...(maxAge === undefined ? {} : { maxAge }) })
}

/** To where the visitor wanted to go, with the session's cookie; whatever session the browser had before is over. */
export async function enter(request: WebRequest, opened: OpenedSession, next: string): Promise<Response> {
  const before = tokenOf(request)
  if (before) await request.accounts.signOut(before)
  return redirect(localPath(next || '/'), undefined, { 'set-cookie': sessionCookie(request, opened.token) })
}

function signInPage(request: WebRequest, { name = '', next, error, status = 200, headers = {} }: { name?: string, next: string, error?: string, status?: number, headers?: Record<string, string> }): Promise<Response> {
  const text = request.text
  const demo = request.accounts.demoAccounts()
  return page(request, {
    title: text('web.sign_in'), status, headers,
    body: html`<div class="narrow stack"><div class="card"><h1>${text('web.sign_in')}</h1>
${error === undefined ? '' : html`<div class="message bad" role="alert">${error}</div>`}
<form method="post" action="/sign-in"><input type="hidden" name="next" value="${next}">
${field({ name: 'name', label: text('web.account.name'), value: name, required: true, autocomplete: 'username', maxlength: 64 })}
${field({ name: 'password', label: text('web.account.password'), type: 'password', required: true, autocomplete: 'current-password', maxlength: 200 })}
<button>${text('web.sign_in')}</button></form>
${request.accounts.oidc ? html`<hr><a class="button second" href="/sign-in/service?${new URLSearchParams({ next }).toString()}">${text('web.sign_in.service', { name: request.config.web.oidcName || text('web.sign_in.service_name') })}</a>` : ''}</div>
${demo.length === 0 ? '' : html`<div class="card"><h2>${text('web.demo.title')}</h2><p>${text('web.demo.about', { password: DEMO_PASSWORD })}</p><div class="row">${demo.map((account) => html`<form method="post" action="/sign-in"><input type="hidden" name="next" value="${next}"><input type="hidden" name="name" value="${account.name}"><input type="hidden" name="password" value="${DEMO_PASSWORD}"><button class="second small">${text(`role.${account.role}` as 'role.admin')}</button></form>`)}</div></div>`}</div>`,
  })
}

function codePage(request: WebRequest, next: string, error?: string, status = 200): Promise<Response> {
  const text = request.text
  return page(request, {
    title: text('web.code.title'), status,
    body: html`<div class="narrow card"><h1>${text('web.code.title')}</h1><p>${text('web.code.about')}</p><form method="post" action="/sign-in/code"><input type="hidden" name="next" value="${next}">
${field({ name: 'code', label: text('web.code.label'), required: true, autocomplete: 'one-time-code', inputmode: 'numeric', maxlength: 7, ...(error === undefined ? {} : { error }) })}
<button>${text('web.sign_in')}</button></form></div>`,
  })
}

async function welcomePage(request: WebRequest, error?: string, status = 200, given: { name?: string, fullName?: string } = {}): Promise<Response> {
  const text = request.text
  const link = await request.accounts.lookAtLink(request.param('token'))
  if (!link) throw new PipelineError('bad_link', 'the link has been used or is too old', {})
  return page(request, {
    title: text('web.welcome.title'), status,
    body: html`<div class="narrow card"><h1>${text('web.welcome.title')}</h1><p>${link.kind === 'first-admin' ? text('web.welcome.first') : text('web.welcome.password', { name: link.name })}</p>
${error === undefined ? '' : html`<div class="message bad" role="alert">${error}</div>`}
<form method="post">
${link.kind === 'first-admin' ? html`${field({ name: 'name', label: text('web.account.name'), value: given.name ?? '', required: true, autocomplete: 'username', maxlength: 64, hint: text('web.account.name.hint') })}${field({ name: 'full_name', label: text('web.account.full_name'), value: given.fullName ?? '', required: true, autocomplete: 'name', maxlength: 100 })}` : html`<input type="hidden" name="username" autocomplete="username" value="${link.name}">`}
${field({ name: 'password', label: text('web.account.new_password'), type: 'password', required: true, autocomplete: 'new-password', maxlength: 200, hint: text('web.account.password.hint', { least: SHORTEST_PASSWORD }) })}
${field({ name: 'again', label: text('web.account.password_again'), type: 'password', required: true, autocomplete: 'new-password', maxlength: 200 })}
<button>${text('web.welcome.go')}</button></form></div>`,
  })
}

const said = (request: WebRequest, error: unknown): string => {
  if (!(error instanceof PipelineError)) throw error
  return errorText(request, error.code, error.details)
}

export const signInRoutes: readonly Route[] = [
  {
    method: 'GET', path: '/sign-in', operation: 'sign-in.page', allow: 'anyone',
    handle: (request) => (request.signedIn ? redirect(localPath(request.query('next') || '/')) : signInPage(request, { next: localPath(request.query('next') || '/') })),
  },
  {
    method: 'POST', path: '/sign-in', operation: 'sign-in', ownNote: true, allow: 'anyone', maxBytes: 10_000,
    handle: async (request) => {
      const form = await request.form()
      const next = localPath(form.text('next') || '/')
      try {
        const opened = await request.accounts.signIn(form.text('name'), form.exact('password'), visitorOf(request))
        if (!opened.waiting) return await enter(request, opened, next)
        return redirect(`/sign-in/code?next=${encodeURIComponent(next)}`, undefined, { 'set-cookie': sessionCookie(request, opened.token, WAITING_SECONDS) })
      } catch (error) {
        const told = said(request, error)
        const status = statusOf(error)
        return signInPage(request, { name: form.text('name'), next, error: told, status, ...(status === 429 ? { headers: { 'retry-after': String((error as PipelineError).details.retryAfter ?? 60) } } : {}) })
      }
    },
  },
  {
    method: 'GET', path: '/sign-in/code', operation: 'sign-in.code-page', allow: 'anyone',
    handle: async (request) => (await request.accounts.waits(tokenOf(request)) ? codePage(request, localPath(request.query('next') || '/')) : redirect('/sign-in')),
  },
  {
    method: 'POST', path: '/sign-in/code', operation: 'sign-in.code', ownNote: true, allow: 'anyone', maxBytes: 10_000,
    handle: async (request) => {
      const form = await request.form()
      const next = localPath(form.text('next') || '/')
      try {
        return await enter(request, await request.accounts.signInWithCode(tokenOf(request), form.text('code'), visitorOf(request)), next)
      } catch (error) {
        const told = said(request, error)
        if ((error as PipelineError).code === 'not_signed_in') return signInPage(request, { next, error: told, status: 401 })
        return codePage(request, next, told, statusOf(error))
      }
    },
  },
  {
    method: 'POST', path: '/sign-out', operation: 'sign-out', allow: 'signed-in',
    handle: async (request) => {
      await request.accounts.signOut(tokenOf(request))
      return redirect('/sign-in', { key: 'web.signed_out', tone: 'info' }, { 'set-cookie': sessionCookie(request, '', 0), 'clear-site-data': '"cache", "storage"' })
    },
  },
  { method: 'GET', path: '/welcome/:token', operation: 'welcome.page', allow: 'anyone', handle: (request) => welcomePage(request) },
  {
    method: 'POST', path: '/welcome/:token', operation: 'welcome', ownNote: true, allow: 'anyone', maxBytes: 10_000,
    handle: async (request) => {
      const form = await request.form()
      const given = { name: form.text('name'), fullName: form.text('full_name') }
      const password = form.exact('password')
      if (password !== form.exact('again')) return welcomePage(request, request.text('error.passwords_differ'), 400, given)
      let id: number
      try {
        id = await request.accounts.useLink(request.param('token'), { password, ...given })
      } catch (error) {
        if ((error as PipelineError).code === 'bad_link') throw error
        return welcomePage(request, said(request, error), statusOf(error), given)
      }
      return enter(request, await request.accounts.admit(id, 'link', visitorOf(request)), '/')
    },
  },
]
