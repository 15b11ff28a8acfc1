/**
 * Who works on an alert and until when: deadlines, units, tasks, evidence, and everything that was done, in order.
 */
import { html } from 'hono/html'
import type { AlertPage } from '../../pipelines/inbox/alert-page.ts'
import { isLate } from '../../pipelines/alert-life/work.ts'
import type { TimelineEntry } from '../../pipelines/alert-life/timeline.ts'
import type { ClockLine } from '../../pipelines/clocks/list.ts'
import { badge, deadlineCard } from '../components.ts'
import type { WebRequest } from '../request.ts'
import type { Html } from '../shell.ts'
import { actWord, alertPath, codeText, dueMark, formatDay, formatInstant, name } from './format.ts'

export function clocksSection(request: WebRequest, page: AlertPage): Html {
  const { text } = request
  const running = page.clocks.filter(({ state }) => state !== 'stopped')
  const past = page.clocks.filter(({ state }) => state === 'stopped')
  return html`<section class="card"><h2>${text('inbox.alert.clocks')}</h2>${running.length === 0 ? html`<p class="soft">${page.head.dueOn !== null && page.life.state === 'unsigned' ? html`${text('inbox.row.reply')} ${formatDay(request, page.head.dueOn)}` : text('inbox.alert.clocks.none')}</p>` : html`<ul class="plain clocks">${running.map((clock) => clockItem(request, page, clock))}</ul>`}
${past.length === 0 ? '' : html`<details><summary>${text('inbox.alert.clocks.past')} (${past.length})</summary><ul class="plain">${past.map((clock) => html`<li class="small">${codeText(request, 'clock', clock.clock)} · ${name(request, clock.unit)} · ${formatInstant(request, Date.parse(clock.due_at), clock.time_zone)}${clock.hours_left < 0 ? html` ${badge(text('inbox.alert.task.late'), 'bad')}` : ''}</li>`)}</ul></details>`}</section>`
}

function clockItem(request: WebRequest, { now, acting, head }: AlertPage, clock: ClockLine): Html {
  const { text } = request
  const desk = acting !== undefined && ['analyst', 'supervisor', 'admin'].includes(acting.role)
  const mayAsk = acting?.unit === clock.unit && clock.state === 'running' && !clock.extension_asked && request.may('clocks.extend')
  return html`<li><p><b>${codeText(request, 'clock', clock.clock)}</b>${/^\d+$/.test(clock.subject) ? html` ${clock.subject}` : ''} ${dueMark(request, Date.parse(clock.due_at), now, clock.time_zone)}${clock.card === null ? '' : html` ${deadlineCard(request, clock.card)}`}</p>
<p class="soft small">${name(request, clock.unit)} · ${formatInstant(request, Date.parse(clock.due_at), clock.time_zone)}${clock.due_at === clock.original_due_at ? '' : html` · ${text('inbox.alert.clocks.moved', { at: formatInstant(request, Date.parse(clock.original_due_at), clock.time_zone) })}`}${clock.certain ? '' : html` · ${text('inbox.alert.clocks.uncertain')}`}</p>
${clock.next === null ? '' : html`<p class="soft small">${text('inbox.alert.clocks.next', { at: formatInstant(request, Date.parse(clock.next.at), clock.time_zone), step: text(clock.next.step === 'yellow' || clock.next.step === 'red' ? `inbox.alert.clocks.step.${clock.next.step}` : 'inbox.alert.clocks.step.escalate') })}</p>`}
${clock.extension_asked ? html`<p class="small">${badge(text('inbox.alert.clocks.asked'), 'warn')}</p>` : ''}
${mayAsk ? html`<details><summary>${text('inbox.alert.clocks.extend')}</summary><form method="post" action="${alertPath(head.id)}/clocks/${clock.id}/extend"><div class="field"><label for="x-${clock.id}">${text('inbox.alert.clocks.amount', { unit: codeText(request, 'inbox.alert.clocks.unit', clock.rule.unit) })}</label><input id="x-${clock.id}" name="amount" type="number" min="1" max="60" value="1" required></div><div class="field"><label for="xw-${clock.id}">${text('inbox.form.why')}</label><input id="xw-${clock.id}" name="why" maxlength="1000" required></div><button class="second small">${text('inbox.alert.clocks.extend')}</button></form></details>` : ''}
${clock.extension_asked && desk && request.may('clocks.rule') ? html`<form method="post" action="${alertPath(head.id)}/clocks/${clock.id}/rule"><div class="field"><label for="r-${clock.id}">${text('inbox.form.why')}</label><input id="r-${clock.id}" name="why" maxlength="1000" required></div><div class="row"><button class="small" name="grant" value="yes">${text('inbox.alert.clocks.grant')}</button><button class="second small" name="grant" value="no">${text('inbox.alert.clocks.refuse')}</button></div></form>` : ''}</li>`
}

export function partiesSection(request: WebRequest, page: AlertPage): Html {
  const { text } = request
  const { life, view, today } = page
  const { work } = view
  const item = (id: string, said: string, about: Html | string, state: string, late: boolean): Html => html`<li><p><span class="mono soft">${id}</span> ${said} ${badge(codeText(request, 'inbox.alert.task.state', state), state === 'done' || state === 'kept' || state === 'reached' ? 'good' : state === 'broken' ? 'bad' : 'plain')}${late ? html` ${badge(text('inbox.alert.task.late'), 'bad')}` : ''}</p><p class="soft small">${about}</p></li>`
  const due = (day: string | null): string => (day === null ? '' : text('inbox.alert.task.due', { due: formatDay(request, day, today) }))
  return html`<section class="card"><h2>${text('inbox.alert.parties')}</h2><ul class="plain">${life.parties.filter((party) => party.state !== 'released').map((party) => html`<li class="party"><span>${badge(text(`party.${party.kind}`), party.kind === 'lead' ? 'info' : 'plain')} ${name(request, party.unit)}</span> <span class="soft small">${text(`party_state.${party.state}`)}</span></li>`)}</ul>
<h3>${text('inbox.alert.tasks')}</h3>${work.tasks.length === 0 ? html`<p class="soft small">${text('inbox.alert.tasks.none')}</p>` : html`<ul class="plain">${work.tasks.map((task) => item(task.id, task.text, html`${name(request, task.unit)} · ${due(task.due)} ${task.note}`, task.state, isLate(task, today)))}</ul>`}
${work.task_force === null ? '' : html`<h3>${text('inbox.alert.task_force')}</h3><p>${work.task_force.charter}</p><p class="soft small">${work.task_force.lead} · ${work.task_force.members.join(request.locale === 'zh' ? '、' : ', ')}</p>`}
${work.milestones.length === 0 ? '' : html`<h3>${text('inbox.alert.milestones')} ${view.progress.reached}/${view.progress.of}</h3><ul class="plain">${work.milestones.map((one) => item(one.id, one.text, html`${due(one.due)} ${one.note}`, one.reached_on === null ? 'open' : 'reached', isLate(one, today)))}</ul>`}
${work.commitments.length === 0 ? '' : html`<h3>${text('inbox.alert.commitments')}</h3><ul class="plain">${work.commitments.map((one) => item(one.id, one.text, html`${one.party} · ${due(one.due)} ${one.note}`, one.state, isLate(one, today)))}</ul>`}
${work.meetings.length === 0 ? '' : html`<h3>${text('inbox.alert.meetings')}</h3><ul class="plain">${work.meetings.map((one) => html`<li><p>${formatDay(request, one.held, today)} ${one.text}</p><p class="soft small">${one.present.join(request.locale === 'zh' ? '、' : ', ')}</p></li>`)}</ul>`}
<h3>${text('inbox.alert.evidence')}</h3>${work.evidence.length === 0 ? html`<p class="soft small">${text('inbox.alert.evidence.none')}</p>` : html`<ul class="plain">${work.evidence.map((file) => html`<li><a href="${alertPath(view.alert_id)}/evidence/${file.id}">${file.name}</a> <span class="soft small">${Math.max(1, Math.round(file.bytes / 1024))} kB · ${file.by} (${file.unit}) · ${formatDay(request, file.on, today)}</span>${file.note === '' ? '' : html`<p class="small">${file.note}</p>`}</li>`)}</ul>`}</section>`
}

export function timelineSection(request: WebRequest, { view, today, head, notices }: AlertPage): Html {
  const { text } = request
  return html`<section class="card"><h2>${text('inbox.alert.timeline')}</h2>${view.timeline.length === 0 ? html`<p class="soft">${text('inbox.alert.timeline.none')}</p>` : html`<ol class="timeline">${view.timeline.toReversed().map((entry) => html`<li class="${entry.kind}">${timelineEntry(request, entry, today, head.timeZone)}</li>`)}</ol>`}
<details><summary>${text('inbox.alert.told')} (${notices.length})</summary>${notices.length === 0 ? html`<p class="soft">${text('inbox.alert.told.none')}</p>` : html`<div class="scroll" tabindex="0" role="region" aria-label="${text('inbox.alert.told')}"><table><tbody>${notices.map((notice) => html`<tr><th scope="row" class="nowrap">${notice.night}</th><td>${codeText(request, 'delivery.event', notice.reason).replace(/[:：]$/, '')}</td><td>${notice.unit === null ? '–' : name(request, notice.unit)}</td><td>${codeText(request, 'inbox.alert.told', notice.status)}</td></tr>`)}</tbody></table></div>`}</details></section>`
}

function timelineEntry(request: WebRequest, entry: TimelineEntry, today: string, zone: string): Html {
  const { text } = request
  if (entry.kind === 'night') {
    const change = [...new Set([entry.before, entry.after])].filter((value): value is string => value !== null).map((value) => codeText(request, 'cli.level', value).replaceAll('›', ' › ')).join(' → ')
    return html`<p class="soft small">${formatDay(request, entry.night, today)}</p><p>${text('inbox.alert.timeline.night', { event: codeText(request, 'cli.event', entry.event) })} ${change}</p>`
  }
  if (entry.kind === 'clock') {
    const what = entry.event === 'card' ? deadlineCard(request, entry.step === 'red' ? 'red' : 'yellow') : badge(entry.event === 'escalated' ? text('clocks.escalated', { n: entry.step }) : entry.event === 'extension_asked' ? text('clocks.asked') : codeText(request, 'clocks.event', entry.event))
    return html`<p class="soft small">${formatInstant(request, Date.parse(entry.at), zone)}</p><p>${text('inbox.alert.timeline.clock', { clock: codeText(request, 'clock', entry.clock), unit: entry.owner })} ${what}${entry.why === '' ? '' : html` ${entry.why}`}</p>`
  }
  const detail = detailText(request, entry.detail)
  return html`<p class="soft small">${formatInstant(request, Date.parse(entry.at), zone)} · ${entry.by} (${name(request, entry.unit)}${entry.role === 'system' ? '' : html`, ${text(`role.${entry.role}` as 'role.admin')}`})</p><p><b>${actWord(request, entry.act)}</b>${entry.before === entry.after ? '' : html` <span class="soft">→ ${codeText(request, 'alert_state', entry.after)}</span>`}${detail === '' ? '' : html` · ${detail}`}</p>${entry.why === '' ? '' : html`<p class="said">${entry.why}</p>`}`
}

/** What belongs to an act, in the order of its making; what has no words of its own is left to its why. */
function detailText(request: WebRequest, detail: Record<string, unknown>): string {
  const { finding, unit, until, into, level, rung, text: about, due, file, task, party } = detail
  return [
    typeof finding === 'string' ? codeText(request, 'finding', finding) : '', typeof rung === 'string' ? codeText(request, 'rung', rung) : '', typeof level === 'string' ? codeText(request, 'cli.level', level) : '',
    ...[party, about, unit, into, task, until, due].map((value) => (typeof value === 'string' ? value : '')), file && typeof file === 'object' && 'name' in file ? String(file.name) : '',
  ].filter((part) => part !== '').join(' · ')
}
