/**
 * One's own account: role in use, language and colours, password, authenticator, open sessions.
 */
import { html } from 'hono/html'
import type { TextKey } from '../../core/texts.ts'
import { PipelineError } from '../../core/errors.ts'
import { SHORTEST_PASSWORD } from '../../pipelines/accounts/password.ts'
import { base32, otpauthUri } from '../../pipelines/accounts/totp.ts'
import { choice, errorText, field } from '../components.ts'
import { statusOf } from '../failure.ts'
import { redirect } from '../reply.ts'
import type { WebRequest } from '../request.ts'
import type { Route } from '../route.ts'
import { page } from '../shell.ts'
import type { Html } from '../shell.ts'
import { qrCode } from './qr.ts'
import { sessionCookie } from './sign-in.ts'

type Part = 'password' | 'code' | 'off'

async function accountPage(request: WebRequest, wrong?: { part: Part, error: unknown }): Promise<Response> {
  const { actor, accounts, text } = request
  if (wrong && !(wrong.error instanceof PipelineError)) throw wrong.error
  const told = (part: Part): string | undefined => (wrong?.part === part ? errorText(request, (wrong.error as PipelineError).code, (wrong.error as PipelineError).details) : undefined)
  const [account, roles, sessions] = [await accounts.account(actor.id), await accounts.roles(actor.id), await accounts.sessions(actor.id)]
  const pending = account.totpSecret === null ? await accounts.beginTotp(actor.id) : undefined
  return page(request, {
    title: text('web.nav.account'), section: 'account', status: wrong ? statusOf(wrong.error) : 200,
    body: html`<div class="head"><h1>${text('web.nav.account')}</h1></div><div class="grid">
<section class="card"><h2>${actor.name}</h2><dl class="facts"><dt>${text('web.account.name')}</dt><dd>${actor.account}</dd><dt>${text('web.account.role')}</dt><dd>${text(`role.${actor.role}`)}</dd>
${actor.units.length ? html`<dt>${text('web.account.units')}</dt><dd>${actor.units.join(' · ')}</dd>` : ''}${actor.territories.length ? html`<dt>${text('web.account.territories')}</dt><dd>${actor.territories.join(' · ')}</dd>` : ''}${actor.topics.length ? html`<dt>${text('web.account.topics')}</dt><dd>${actor.topics.join(' · ')}</dd>` : ''}</dl>
${roles.length > 1 ? html`<h3>${text('web.account.act_as')}</h3><form method="post" action="/account/role" class="row">${roles.filter((role) => role !== actor.role).map((role) => html`<button class="second small" name="role" value="${role}">${text(`role.${role}` as TextKey)}</button>`)}</form>` : ''}</section>
<section class="card"><h2>${text('web.account.preferences')}</h2><form method="post" action="/preferences"><input type="hidden" name="back" value="/account">
${choice({ name: 'lang', label: text('web.account.language'), value: request.locale, options: [{ value: 'zh', text: '中文' }, { value: 'en', text: 'English' }] })}
${choice({ name: 'theme', label: text('web.account.theme'), value: request.theme, options: (['auto', 'light', 'dark'] as const).map((value) => ({ value, text: text(`web.theme.${value}`) })) })}
<button class="second">${text('web.save')}</button></form></section>
${account.password === null ? '' : html`<section class="card"><h2>${text('web.account.change_password')}</h2><form method="post" action="/account/password"><input type="hidden" name="username" autocomplete="username" value="${actor.account}">
${field({ name: 'present', label: text('web.account.present_password'), type: 'password', required: true, autocomplete: 'current-password', maxlength: 200, ...(told('password') === undefined ? {} : { error: told('password')! }) })}
${field({ name: 'next', label: text('web.account.new_password'), type: 'password', required: true, autocomplete: 'new-password', maxlength: 200, hint: text('web.account.password.hint', { least: SHORTEST_PASSWORD }) })}
${field({ name: 'again', label: text('web.account.password_again'), type: 'password', required: true, autocomplete: 'new-password', maxlength: 200 })}
<button>${text('web.account.change_password')}</button><p class="hint">${text('web.account.password.ends')}</p></form></section>
<section class="card"><h2>${text('web.totp.title')}</h2>${pending ? enrolment(request, pending, told('code')) : html`<p>${text('web.totp.on')}</p><form method="post" action="/account/totp/off">
${field({ name: 'confirm', label: text('web.account.present_password'), type: 'password', required: true, autocomplete: 'current-password', maxlength: 200, ...(told('off') === undefined ? {} : { error: told('off')! }) })}<button class="danger">${text('web.totp.take_off')}</button></form>`}</section>`}
<section class="card"><h2>${text('web.sessions.title')}</h2><ul class="plain-list">${sessions.map((session) => html`<li class="row"><span>${session.address || '—'} · ${when(request, session.createdAt)}<br><span class="soft small">${text(`role.${session.role}` as TextKey)} · ${session.agent.slice(0, 80)}</span></span>
${session.id === request.session?.id ? html`<span class="badge tone-info">${text('web.sessions.this')}</span>` : html`<form method="post" action="/account/sessions/${session.id}/end"><button class="second small">${text('web.sessions.end')}</button></form>`}</li>`)}</ul></section>
</div>`,
  })
}

function enrolment(request: WebRequest, secret: Buffer, error: string | undefined): Html {
  const { text, actor } = request
  const uri = otpauthUri(secret, actor.account, text('web.product'))
  return html`<p>${text('web.totp.about')}</p><p>${qrCode(uri, text('web.totp.code'))}</p><p><a href="${uri}">${text('web.totp.open')}</a></p>
<p class="hint">${text('web.totp.secret')}</p><p class="mono">${base32(secret).replace(/(.{4})/g, '$1 ').trim()}</p>
<form method="post" action="/account/totp">${field({ name: 'code', label: text('web.code.label'), required: true, autocomplete: 'one-time-code', inputmode: 'numeric', maxlength: 7, ...(error === undefined ? {} : { error }) })}<button>${text('web.totp.turn_on')}</button></form>`
}

const when = (request: WebRequest, at: Date): string => new Intl.DateTimeFormat(request.locale === 'zh' ? 'zh-CN' : 'en', { dateStyle: 'medium', timeStyle: 'short' }).format(at)

export const accountRoutes: readonly Route[] = [
  { method: 'GET', path: '/account', operation: 'account.page', allow: 'signed-in', handle: (request) => accountPage(request) },
  {
    method: 'POST', path: '/account/role', operation: 'account.role', allow: 'signed-in',
    handle: async (request) => {
      const role = (await request.form()).text('role')
      const token = await request.accounts.changeRole(request.session!.id, request.actor.id, role)
      return redirect('/', undefined, { 'set-cookie': sessionCookie(request, token) })
    },
  },
  {
    method: 'POST', path: '/account/password', operation: 'account.password', ownNote: true, allow: 'signed-in', maxBytes: 10_000,
    handle: async (request) => {
      const form = await request.form()
      try {
        if (form.exact('next') !== form.exact('again')) throw new PipelineError('passwords_differ', 'the two differ', {})
        // Of a demo account everybody knows the password, and nobody may take it from the others.
        if (request.session!.demo) throw new PipelineError('demo_account', 'a demo account stays as it is', {})
        const token = await request.accounts.changePassword(request.actor.id, form.exact('present'), form.exact('next'), request.session!.id, request.actor.role)
        return redirect('/account', { key: 'web.account.password_changed' }, { 'set-cookie': sessionCookie(request, token) })
      } catch (error) {
        return accountPage(request, { part: 'password', error })
      }
    },
  },
  {
    method: 'POST', path: '/account/totp', operation: 'account.totp', ownNote: true, allow: 'signed-in', maxBytes: 10_000,
    handle: async (request) => {
      try {
        if (request.session!.demo) throw new PipelineError('demo_account', 'a demo account stays as it is', {})
        await request.accounts.confirmTotp(request.actor.id, (await request.form()).text('code'))
        return redirect('/account', { key: 'web.totp.on' })
      } catch (error) {
        return accountPage(request, { part: 'code', error })
      }
    },
  },
  {
    method: 'POST', path: '/account/totp/off', operation: 'account.totp-off', ownNote: true, allow: 'signed-in', maxBytes: 10_000,
    handle: async (request) => {
      try {
        await request.accounts.endTotp(request.actor.id, (await request.form()).exact('confirm'))
        return redirect('/account', { key: 'web.totp.off', tone: 'warn' })
      } catch (error) {
        return accountPage(request, { part: 'off', error })
      }
    },
  },
  {
    method: 'POST', path: '/account/sessions/:id/end', operation: 'account.end-session', allow: 'signed-in',
    handle: async (request) => {
      const id = request.param('id')
      // Another's session is not found, as one that is over.
      if (!/^\d{1,15}$/.test(id) || !await request.accounts.endSession(request.actor.id, Number(id))) throw new PipelineError('no_such_page', 'no such session', {})
      return redirect('/account', { key: 'web.sessions.ended' })
    },
  },
]
