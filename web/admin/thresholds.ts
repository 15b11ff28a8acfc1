/**
 * Series whose threshold has moved by what came of their alerts, every move with its reason, and the form that takes moves back.
 */
import { html } from 'hono/html'
import { formatDay } from '../../core/days.ts'
import { PipelineError } from '../../core/errors.ts'
import type { TextKey } from '../../core/texts.ts'
import { listThresholds, undoMoves } from '../../pipelines/learn/thresholds.ts'
import { readLocalToday } from '../../pipelines/operations/standing.ts'
import { readRulesInForce } from '../../pipelines/rules-in-force.ts'
import { lastNight } from '../../sql/runs.ts'
import { empty } from '../components.ts'
import { redirect } from '../reply.ts'
import type { WebRequest } from '../request.ts'
import { page } from '../shell.ts'
import { audited } from '../operations/audited.ts'
import { tabs } from './parts.ts'

export async function showThresholds(request: WebRequest): Promise<Response> {
  const { text } = request
  const { night, rows, isOn } = await request.withActor(async (client) => {
    const last = await lastNight(client)
    return {
      night: last, rows: last === null ? [] : await listThresholds(client, last),
      isOn: last === null || (await readRulesInForce(client, last, request.config.settings)).rules.learning.thresholds,
    }
  })
  const number = (n: number): string => n.toLocaleString('en-US', { maximumFractionDigits: 2 })
  return page(request, {
    title: text('admin.tab.thresholds'), section: 'admin', wide: true,
    body: html`<div class="head"><h1>${text('admin.tab.thresholds')}</h1></div>${tabs(request, '/admin/thresholds')}
<p class="lead">${text('admin.thresholds.lead')}</p>${isOn ? '' : html`<p class="message info">${text('admin.thresholds.off')}</p>`}
${rows.length === 0 ? empty(text('admin.thresholds.none'), night === null ? '' : text('admin.as_of', { night })) : html`<div class="scroll" tabindex="0" role="region" aria-label="${text('admin.tab.thresholds')}"><table><caption>${text('admin.as_of', { night: night ?? '–' })}</caption><thead><tr><th scope="col">${text('cli.column.place')}</th><th scope="col">${text('cli.column.topic')}</th><th scope="col" class="num">${text('admin.thresholds.factor')}</th><th scope="col">${text('admin.thresholds.moves')}</th></tr></thead><tbody>${rows.map((row) =>
      html`<tr><th scope="row">${row.place.join(' › ')}</th><td>${row.family.join(' › ') || text('alert.all_topics')}</td><td class="num">${text('admin.times', { n: number(row.factor) })}</td><td><ul>${row.moves.map((move) => html`<li>${move.night} ${text(`cli.thresholds.reason.${move.reason}` as TextKey)} (${number(10 ** move.from)} → ${number(10 ** move.to)}) <code>${move.alert_id}</code></li>`)}</ul>
${request.may('admin.thresholds.undo') ? [...new Set(row.moves.map((move) => move.alert_id))].map((id) => html`<details><summary>${text('admin.thresholds.undo')} <code>${id}</code></summary><form method="post" action="/admin/thresholds/undo"><input type="hidden" name="alert" value="${id}"><div class="field"><label for="why-${id}">${text('admin.why')}</label><input id="why-${id}" name="why" type="text" required maxlength="300"></div><button class="second small">${text('admin.thresholds.undo')}</button></form></details>`) : ''}</td></tr>`)}</tbody></table></div>`}`,
  })
}

export async function undoThreshold(request: WebRequest): Promise<Response> {
  const form = await request.form()
  const [alert, why] = [form.text('alert'), form.text('why')]
  if (why === '') return redirect('/admin/thresholds', { key: 'operations.reason_missing', tone: 'bad' })
  try {
    const moves = await request.withActor(async (client) => {
      const today = formatDay(await readLocalToday(client))
      const taken = await undoMoves(client, alert, today, request.actor.name, why)
      await audited(request, client, 'admin.thresholds.undo', `alert:${alert}`, { why, moves: taken.length })
      return taken
    })
    return redirect('/admin/thresholds', { key: 'admin.thresholds.undone', params: { n: moves.length, id: alert } })
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'no_such_move') return redirect('/admin/thresholds', { key: 'admin.thresholds.nothing', params: { id: alert.slice(0, 80) }, tone: 'bad' })
    throw error
  }
}
