/**
 * Accounts for administrators: who there is, with which roles; add, change roles, disable, links to choose a password.
 */
import { html } from 'hono/html'
import type { TextKey } from '../../core/texts.ts'
import { PipelineError } from '../../core/errors.ts'
import type { Doer, MadeLink, RoleSpec } from '../../pipelines/accounts/people.ts'
import { WEB_ROLES } from '../../pipelines/accounts/web-actor.ts'
import type { AccountListRow } from '../../sql/accounts.ts'
import { badge, choice, errorText, field } from '../components.ts'
import { statusOf } from '../failure.ts'
import { linesOf } from '../form.ts'
import type { Form } from '../form.ts'
import { redirect } from '../reply.ts'
import type { WebRequest } from '../request.ts'
import type { Route } from '../route.ts'
import { page } from '../shell.ts'
import type { Html } from '../shell.ts'

const doer = ({ actor, address }: WebRequest): Doer => ({ id: actor.id, name: actor.name, role: actor.role, address })

/** Names separated by line breaks or semicolons; levels of a path by '›' or '/'. */
const names = (form: Form, name: string): string[] => linesOf(form.text(name))
const paths = (form: Form, name: string): string[] => names(form, name).map((one) => one.split(/\s*[›/]\s*/).join('›'))
const specOf = (form: Form): RoleSpec => ({ role: form.text('role'), units: names(form, 'units'), places: paths(form, 'places'), topics: paths(form, 'topics') })

async function usersPage(request: WebRequest, { link, error, status = 200 }: { link?: { name: string, made: MadeLink }, error?: string, status?: number } = {}): Promise<Response> {
  const { text } = request
  const people = await request.accounts.people()
  return page(request, {
    title: text('web.nav.users'), section: 'users', status, wide: true,
    body: html`<div class="head"><h1>${text('web.nav.users')}</h1></div>
${error === undefined ? '' : html`<div class="message bad" role="alert">${error}</div>`}
${link ? html`<div class="message info" role="status"><p>${text('web.users.link', { name: link.name, until: link.made.until.toISOString().slice(0, 16).replace('T', ' ') })}</p><p class="mono">${request.url.origin}/welcome/${link.made.token}</p></div>` : ''}
<div class="scroll" tabindex="0" role="region" aria-label="${text('web.nav.users')}"><table><thead><tr><th scope="col">${text('web.account.name')}</th><th scope="col">${text('web.account.full_name')}</th><th scope="col">${text('web.users.roles')}</th><th scope="col">${text('web.status')}</th><th scope="col">${text('web.users.do')}</th></tr></thead>
<tbody>${people.map((person) => personRow(request, person))}</tbody></table></div>
<div class="grid after"><section class="card"><h2>${text('web.users.add')}</h2><form method="post" action="/users">
${field({ name: 'name', label: text('web.account.name'), required: true, autocomplete: 'off', maxlength: 64, hint: text('web.account.name.hint') })}
${field({ name: 'full_name', label: text('web.account.full_name'), required: true, autocomplete: 'off', maxlength: 100 })}
${reachFields(request, 'add')}<button>${text('web.users.add')}</button></form></section>
<section class="card"><h2>${text('web.users.give_role')}</h2><form method="post" action="/users/role">
${choice({ name: 'account', label: text('web.account.name'), options: people.map((person) => ({ value: person.name, text: `${person.name} · ${person.fullName}` })) })}
${reachFields(request, 'role')}<button>${text('web.users.give_role')}</button></form></section></div>`,
  })
}

function reachFields(request: WebRequest, prefix: string): Html {
  const { text } = request
  const area = (name: string, label: TextKey): Html => html`<div class="field"><label for="${prefix}-${name}">${text(label)}</label><textarea id="${prefix}-${name}" name="${name}" rows="2" maxlength="2000" aria-describedby="${prefix}-hint"></textarea></div>`
  return html`<div class="field"><label for="${prefix}-role">${text('web.account.role')}</label><select id="${prefix}-role" name="role">${WEB_ROLES.map((role) => html`<option value="${role}">${text(`role.${role}`)}</option>`)}</select></div>
<p class="hint" id="${prefix}-hint">${text('web.users.reach')}</p>${area('units', 'web.account.units')}${area('places', 'web.account.territories')}${area('topics', 'web.account.topics')}`
}

function personRow(request: WebRequest, person: AccountListRow): Html {
  const { text } = request
  const button = (act: string, label: TextKey, tone = 'second'): Html => html`<form method="post" action="/users/change"><input type="hidden" name="account" value="${person.name}"><button class="${tone} small" name="act" value="${act}">${text(label)}</button></form>`
  return html`<tr><th scope="row">${person.name}</th><td>${person.fullName}${person.demo ? html` ${badge(text('web.demo.short'), 'info')}` : ''}</td>
<td>${person.roles.map((role) => html`<form method="post" action="/users/role" class="row"><input type="hidden" name="account" value="${person.name}"><input type="hidden" name="role" value="${role.role}"><input type="hidden" name="remove" value="1"><span>${text(`role.${role.role}` as TextKey)} <span class="soft">${[...role.unitNames, ...role.placePaths, ...role.topicPaths].join(' · ')}</span></span><button class="plain" aria-label="${text('web.users.take_role_of', { role: text(`role.${role.role}` as TextKey), name: person.name })}">${text('web.users.take_role')}</button></form>`)}</td>
<td>${badge(text(person.disabled ? 'cli.users.state.disabled' : person.password || person.oidc ? 'cli.users.state.active' : 'cli.users.state.invited'), person.disabled ? 'bad' : person.password || person.oidc ? 'good' : 'warn')}${person.totp ? html` ${badge(text('web.totp.short'), 'info')}` : ''}</td>
<td><div class="row">${person.demo ? '' : button('link', 'web.users.make_link')}${person.totp ? button('totp-off', 'web.totp.take_off') : ''}${person.disabled ? button('enable', 'web.users.enable') : button('disable', 'web.users.disable', 'danger')}</div></td></tr>`
}

async function attempt(request: WebRequest, work: () => Promise<Response>): Promise<Response> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error
    const details = 'role' in error.details ? { ...error.details, role: request.text(`role.${String(error.details.role)}` as TextKey) } : error.details
    return usersPage(request, { error: errorText(request, error.code, details), status: statusOf(error) })
  }
}

export const usersRoutes: readonly Route[] = [
  { method: 'GET', path: '/users', operation: 'users.list', allow: ['admin'], handle: (request) => usersPage(request) },
  {
    method: 'POST', path: '/users', operation: 'users.add', ownNote: true, allow: ['admin'],
    handle: async (request) => {
      const form = await request.form()
      const name = form.text('name')
      return attempt(request, async () => usersPage(request, { link: { name, made: await request.accounts.add({ name, fullName: form.text('full_name') }, specOf(form), doer(request)) } }))
    },
  },
  {
    method: 'POST', path: '/users/role', operation: 'users.role', ownNote: true, allow: ['admin'],
    handle: async (request) => {
      const form = await request.form()
      return attempt(request, async () => {
        await request.accounts.changeRoles(form.text('account'), specOf(form), form.has('remove'), doer(request))
        return redirect('/users', { key: 'web.saved' })
      })
    },
  },
  {
    method: 'POST', path: '/users/change', operation: 'users.change', ownNote: true, allow: ['admin'],
    handle: async (request) => {
      const form = await request.form()
      const name = form.text('account')
      const act = form.text('act')
      return attempt(request, async () => {
        if (act === 'link') return usersPage(request, { link: { name, made: await request.accounts.resetLink(name, doer(request)) } })
        if (act === 'disable' || act === 'enable') await request.accounts.setDisabled(name, act === 'disable', doer(request))
        else if (act === 'totp-off') await request.accounts.dropSecondFactor(name, doer(request))
        else throw new PipelineError('no_such_page', 'no such act', {})
        return redirect('/users', { key: 'web.saved' })
      })
    },
  },
]
