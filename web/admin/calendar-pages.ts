/**
 * The calendar: on which days offices work, when something is due, and the known events that are left out of what is usual.
 */
import { html } from 'hono/html'
import { formatDay, parseDay, weekday } from '../../core/days.ts'
import { PipelineError } from '../../core/errors.ts'
import { readCalendars } from '../../pipelines/clocks/in-force.ts'
import { whenDue } from '../../pipelines/clocks/when.ts'
import type { WhenAnswer } from '../../pipelines/clocks/when.ts'
import { addEvent, listEvents, removeEvent } from '../../pipelines/events.ts'
import { readLocalToday } from '../../pipelines/operations/standing.ts'
import { readCityCountries } from '../../sql/trees.ts'
import { choice, empty, errorText, field } from '../components.ts'
import { redirect } from '../reply.ts'
import type { WebRequest } from '../request.ts'
import { page } from '../shell.ts'
import type { Html } from '../shell.ts'
import { audited } from '../operations/audited.ts'
import { dateField, neededDate } from '../operations/dates.ts'
import { tabs } from './parts.ts'

const DEFAULT_COUNTRY = 'CN'
const UNITS = ['working_day', 'day', 'hour'] as const

interface EventForm { place: string, topic: string, from: string, until: string, note: string, errors: Readonly<Record<string, string>> }
const EMPTY: EventForm = { place: '', topic: '', from: '', until: '', note: '', errors: {} }

export async function showCalendar(request: WebRequest): Promise<Response> {
  return renderCalendar(request, EMPTY, 200)
}

async function renderCalendar(request: WebRequest, typed: EventForm, status: number): Promise<Response> {
  const { text } = request
  const errors: Record<string, string> = {}
  const month = /^\d{4}-\d{2}$/.test(request.query('month')) ? request.query('month') : ''
  const amount = request.query('amount')
  const since = dateField(request, request.query('since'))
  if (since.error) errors.since = since.error
  if (amount !== '' && !/^\d{1,4}$/.test(amount)) errors.amount = text('admin.calendar.bad_amount')
  const unit = UNITS.find((one) => one === request.query('unit')) ?? 'working_day'
  const { events, calendar, today, answer } = await request.withActor(async (client) => {
    const country = [...(await readCityCountries(client)).values()][0] ?? DEFAULT_COUNTRY
    let found: WhenAnswer | undefined
    if (amount !== '' && Object.keys(errors).length === 0) found = await whenDue(client, { unit, amount: Number(amount), start: unit === 'hour' ? 'receipt' : 'next_day', inclusive: true, ...(since.value ? { from: since.value } : {}) })
    return { events: await listEvents(client), calendar: (await readCalendars(client, null))(country), today: formatDay(await readLocalToday(client)), answer: found }
  })
  const wrong = (key: string, all: Readonly<Record<string, string>>): { error?: string } => (all[key] === undefined ? {} : { error: all[key] })
  return page(request, {
    title: text('admin.tab.calendar'), section: 'admin', wide: true, status, styles: ['admin/admin.css'],
    body: html`<div class="head"><h1>${text('admin.tab.calendar')}</h1></div>${tabs(request, '/admin/calendar')}
<div class="two"><div><h2>${text('admin.calendar.working_days')}</h2>
<p>${text(`admin.calendar.source.${calendar.source}`, { country: calendar.country })} ${Number.isFinite(calendar.coveredUntil) ? text('admin.calendar.known_until', { last: formatDay(calendar.coveredUntil - 1) }) : ''} ${text('admin.calendar.notice')} <a href="/admin/deadlines/change">${text('admin.tab.deadlines')}</a></p>
${monthPart(request, month === '' || Number(month.slice(5)) < 1 || Number(month.slice(5)) > 12 ? today.slice(0, 7) : month, calendar)}
<section class="card"><h2>${text('admin.calendar.when')}</h2><form class="inline" method="get" action="/admin/calendar">${field({ name: 'amount', label: text('admin.calendar.amount'), value: amount, inputmode: 'numeric', maxlength: 4, ...wrong('amount', errors) })}${choice({ name: 'unit', label: text('admin.calendar.unit'), value: unit, options: UNITS.map((value) => ({ value, text: text(`admin.calendar.unit.${value}`) })) })}${field({ name: 'since', label: text('admin.calendar.since'), type: 'date', value: request.query('since'), ...wrong('since', errors) })}<button>${text('admin.calendar.count')}</button></form>
${answer ? html`<p class="message info" role="status">${text(answer.certain ? 'admin.calendar.answer' : 'admin.calendar.uncertain', { on: answer.due_on })}</p>` : ''}</section></div>
<div><h2>${text('admin.calendar.events')}</h2><p class="soft">${text('admin.calendar.events_about')}</p>
<section class="card"><h3>${text('admin.calendar.add')}</h3><form method="post" action="/admin/calendar/events">
${field({ name: 'place', label: text('cli.column.place'), value: typed.place, hint: text('admin.path_hint'), required: true, ...wrong('place', typed.errors) })}${field({ name: 'topic', label: text('cli.column.topic'), value: typed.topic, hint: text('admin.calendar.topic_hint'), ...wrong('topic', typed.errors) })}
${field({ name: 'from', label: text('admin.calendar.first_day'), type: 'date', value: typed.from, required: true, ...wrong('from', typed.errors) })}${field({ name: 'until', label: text('admin.calendar.last_day'), type: 'date', value: typed.until, required: true, ...wrong('until', typed.errors) })}${field({ name: 'note', label: text('admin.calendar.what'), value: typed.note, required: true, ...wrong('note', typed.errors) })}<p><button>${text('admin.calendar.add')}</button></p></form></section></div></div>
${events.length === 0 ? empty(text('admin.calendar.no_events')) : html`<div class="scroll" tabindex="0" role="region" aria-label="${text('admin.calendar.events')}"><table><thead><tr><th scope="col">${text('admin.calendar.what')}</th><th scope="col">${text('cli.column.place')}</th><th scope="col">${text('cli.column.topic')}</th><th scope="col">${text('operations.days')}</th><th scope="col">${text('admin.calendar.known_on')}</th><th scope="col">${text('admin.calendar.remove')}</th></tr></thead><tbody>${events.toReversed().map((event) =>
      html`<tr><th scope="row">${event.note || event.alert_id || '–'}</th><td>${event.place.join(' › ')}</td><td>${event.topic.join(' › ') || text('alert.all_topics')}</td><td class="nowrap">${event.from} – ${formatDay(parseDay(event.until) - 1)}</td><td class="nowrap">${event.known_on}</td><td><form method="post" action="/admin/calendar/events/${event.id}/remove"><button class="small danger" aria-label="${text('admin.calendar.remove_one', { what: event.note || String(event.id) })}">${text('admin.calendar.remove')}</button></form></td></tr>`)}</tbody></table></div>`}`,
  })
}

function monthPart(request: WebRequest, month: string, calendar: ReturnType<Awaited<ReturnType<typeof readCalendars>>>): Html {
  const { text } = request
  const start = Temporal.PlainDate.from(`${month}-01`)
  const first = parseDay(`${month}-01`)
  const days = Array.from({ length: start.daysInMonth }, (_, i) => first + i)
  const cells: (number | null)[] = [...Array.from({ length: weekday(first) - 1 }, () => null), ...days]
  const weeks = Array.from({ length: Math.ceil(cells.length / 7) }, (_, i) => Array.from({ length: 7 }, (_unused, j) => cells[i * 7 + j] ?? null))
  const at = (months: number): string => start.add({ months }).toString().slice(0, 7)
  const kindOf = (day: number): 'working' | 'make_up' | 'holiday' | 'weekend' => (calendar.isMakeUpDay(day) ? 'make_up' : calendar.kind(day))
  return html`<nav class="row" aria-label="${text('admin.calendar.months')}"><a class="button second small" href="/admin/calendar?month=${at(-1)}">${at(-1)}</a><b>${month}</b><a class="button second small" href="/admin/calendar?month=${at(1)}">${at(1)}</a></nav>
<table class="month"><caption>${month}</caption><thead><tr>${[1, 2, 3, 4, 5, 6, 7].map((day) => html`<th scope="col">${text(`admin.calendar.weekday.${day}` as 'admin.calendar.weekday.1')}</th>`)}</tr></thead><tbody>${weeks.map((week) => html`<tr>${week.map((day) => (day === null ? html`<td></td>` : html`<td class="day-${kindOf(day)}"><b>${Number(formatDay(day).slice(8))}</b> <span>${text(`admin.calendar.day.${kindOf(day)}`)}</span></td>`))}</tr>`)}</tbody></table>`
}

export async function addKnownEvent(request: WebRequest): Promise<Response> {
  const { text } = request
  const form = await request.form()
  const typed = { place: form.text('place'), topic: form.text('topic'), from: form.text('from'), until: form.text('until'), note: form.text('note') }
  const errors: Record<string, string> = {}
  for (const name of ['place', 'note'] as const) if (typed[name] === '') errors[name] = text('admin.missing')
  for (const name of ['from', 'until'] as const) {
    const { error } = neededDate(request, typed[name])
    if (error) errors[name] = error
  }
  if (!errors.from && !errors.until && typed.until < typed.from) errors.until = text('error.range_backwards', { from: typed.from, until: typed.until })
  if (Object.keys(errors).length > 0) return renderCalendar(request, { ...typed, errors }, 422)
  try {
    await request.withActor(async (client) => {
      const event = await addEvent(client, { place: typed.place, topic: typed.topic, from: parseDay(typed.from), until: parseDay(typed.until) + 1, knownOn: await readLocalToday(client), note: typed.note })
      await audited(request, client, 'admin.events.add', `event:${event.id}`, { ...event })
    })
    return redirect('/admin/calendar', { key: 'admin.saved' })
  } catch (error) {
    if (!(error instanceof PipelineError) || (error.code !== 'no_such_place' && error.code !== 'no_such_topic')) throw error
    return renderCalendar(request, { ...typed, errors: { [error.code === 'no_such_place' ? 'place' : 'topic']: errorText(request, error.code, error.details) } }, 422)
  }
}

export async function removeKnownEvent(request: WebRequest): Promise<Response> {
  try {
    await request.withActor(async (client) => {
      const event = await removeEvent(client, request.param('id'))
      await audited(request, client, 'admin.events.remove', `event:${event.id}`, { ...event })
    })
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'no_such_event') return redirect('/admin/calendar', { key: 'admin.changed_meanwhile', tone: 'warn' })
    throw error
  }
  return redirect('/admin/calendar', { key: 'admin.removed' })
}
