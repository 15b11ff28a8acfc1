/**
 * Small parts of the admin pages: tabs, cells of values, differences, the first night that may still be chosen.
 */
import type pg from 'pg'
import { html } from 'hono/html'
import { formatDay, parseDay } from '../../core/days.ts'
import type { TextKey } from '../../core/texts.ts'
import { readLocalToday } from '../../pipelines/operations/standing.ts'
import type { RuleDifference } from '../../pipelines/rules-diff.ts'
import { newestRun } from '../../sql/runs.ts'
import type { WebRequest } from '../request.ts'
import type { Html } from '../shell.ts'

export const ADMINS = ['admin'] as const
/** Analysts read rules and try changes; bringing into force is an admin's. */
export const TRIERS = ['admin', 'analyst'] as const

const TABS = [
  ['/admin', 'admin.home', 'admin.tab.home'],
  ['/admin/rules', 'admin.rules', 'admin.tab.rules'],
  ['/admin/thresholds', 'admin.thresholds', 'admin.tab.thresholds'],
  ['/admin/routing', 'admin.routing', 'admin.tab.routing'],
  ['/admin/deadlines', 'admin.deadlines', 'admin.tab.deadlines'],
  ['/admin/calendar', 'admin.calendar', 'admin.tab.calendar'],
  ['/admin/units', 'admin.units', 'admin.tab.units'],
  ['/admin/places', 'admin.places', 'admin.tab.places'],
  ['/admin/topics', 'admin.topics', 'admin.tab.topics'],
  ['/admin/subscriptions', 'admin.subscriptions', 'admin.tab.subscriptions'],
] as const

export type AdminPath = (typeof TABS)[number][0]
export const ADMIN_TABS = TABS

export function tabs(request: WebRequest, current: AdminPath): Html {
  return html`<nav class="tabs" aria-label="${request.text('admin.tabs')}">${TABS.filter(([, operation]) => request.may(operation)).map(([path, , label]) =>
    html`<a href="${path}"${path === current ? html` aria-current="page"` : ''}>${request.text(label)}</a>`)}</nav>`
}

/** A value of rules as people read it. */
export function valueText(value: unknown): string {
  return value === undefined || value === null ? '–' : typeof value === 'string' ? value : JSON.stringify(value)
}

export function differenceTable(request: WebRequest, differences: readonly RuleDifference[]): Html {
  const { text } = request
  if (differences.length === 0) return html`<p>${text('admin.same')}</p>`
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${text('admin.differences')}"><table><caption>${text('admin.differences_n', { n: differences.length })}</caption><thead><tr><th scope="col">${text('admin.path')}</th><th scope="col">${text('admin.before')}</th><th scope="col">${text('admin.after')}</th></tr></thead><tbody>${differences.map(({ path, before, after }) =>
    html`<tr><th scope="row"><code>${path}</code></th><td>${valueText(before)}</td><td>${valueText(after)}</td></tr>`)}</tbody></table></div>`
}

/**
 * The first night that a version may begin with: after all that have begun, and not before today, so that no night begins in the very moment in
 * which the version is written.
 */
export async function earliestNight(client: pg.PoolClient): Promise<string> {
  const newest = await newestRun(client)
  const today = await readLocalToday(client)
  return formatDay(Math.max(today, newest === null ? today : parseDay(newest) + 1))
}

export function levelText(request: WebRequest, level: string): string {
  return request.text(`cli.level.${level}` as TextKey)
}
