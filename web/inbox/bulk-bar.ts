/**
 * What may be done with several alerts at once; without script a choice and a button.
 */
import { html } from 'hono/html'
import { formatDay, parseDay } from '../../core/days.ts'
import type { WebRequest } from '../request.ts'
import type { Html } from '../shell.ts'

export const BULK_ACTS = ['sign', 'assign', 'snooze', 'comment', 'merge'] as const
export type BulkAct = (typeof BULK_ACTS)[number]

/** Who may do what to many: the acts of the table that their role has at all. */
export function bulkActsOf(role: string): readonly BulkAct[] {
  if (['unit_liaison', 'unit_lead', 'territory_lead'].includes(role)) return role === 'unit_liaison' ? ['sign', 'assign', 'comment'] : ['sign', 'assign', 'snooze', 'comment']
  if (['analyst', 'supervisor', 'admin'].includes(role)) return ['assign', 'snooze', 'comment', 'merge']
  return []
}

/** @param today  of the city: a browser's or server's day is another one in the hours after midnight */
export function bulkBar(request: WebRequest, today: string): Html | string {
  const acts = bulkActsOf(request.actor.role)
  if (acts.length === 0 || !request.may('inbox.bulk')) return ''
  const { text } = request
  const inAWeek = formatDay(parseDay(today) + 7)
  return html`<fieldset class="bulk"><legend>${text('inbox.selected')}</legend>
<label class="check all"><input type="checkbox" id="select-all" hidden> <span id="select-all-text" hidden>${text('inbox.select.all')}</span></label>
<div class="inline"><div class="field"><label for="bulk-act">${text('inbox.bulk.act')}</label><select id="bulk-act" name="act">${acts.map((act) => html`<option value="${act}">${text(`inbox.bulk.${act}`)}</option>`)}</select></div>
<div class="field grow"><label for="bulk-why">${text('inbox.form.why')}</label><input id="bulk-why" name="why" maxlength="1000"></div>
${acts.includes('snooze') ? html`<div class="field"><label for="bulk-until">${text('inbox.form.until')}</label><input id="bulk-until" name="until" type="date" value="${inAWeek}"></div>` : ''}
${acts.includes('merge') ? html`<div class="field"><label for="bulk-into">${text('inbox.form.into')}</label><input id="bulk-into" name="into" maxlength="100"></div>` : ''}
<button>${text('inbox.bulk.go')}</button></div></fieldset>`
}
