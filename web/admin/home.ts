/**
 * The admin's first page: one card a subject.
 */
import { html } from 'hono/html'
import type { WebRequest } from '../request.ts'
import { page } from '../shell.ts'
import { ADMIN_TABS, tabs } from './parts.ts'

const ABOUT = {
  '/admin/rules': 'admin.about.rules', '/admin/thresholds': 'admin.about.thresholds', '/admin/routing': 'admin.about.routing', '/admin/deadlines': 'admin.about.deadlines',
  '/admin/calendar': 'admin.about.calendar', '/admin/units': 'admin.about.units', '/admin/places': 'admin.about.places', '/admin/topics': 'admin.about.topics', '/admin/subscriptions': 'admin.about.subscriptions',
} as const

export function showHome(request: WebRequest): Promise<Response> {
  const { text } = request
  return page(request, {
    title: text('web.nav.admin'), section: 'admin',
    body: html`<div class="head"><h1>${text('web.nav.admin')}</h1></div>${tabs(request, '/admin')}
<div class="grid">${ADMIN_TABS.flatMap(([path, operation, label]) => (path === '/admin' || !request.may(operation) ? [] : [html`<section class="card"><h2><a href="${path}">${text(label)}</a></h2><p>${text(ABOUT[path])}</p></section>`]))}
${request.may('users.list') ? html`<section class="card"><h2><a href="/users">${text('web.nav.users')}</a></h2><p>${text('admin.about.users')}</p></section>` : ''}</div>`,
  })
}
