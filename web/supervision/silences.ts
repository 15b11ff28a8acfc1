/**
 * /supervision/silences: of which alerts nobody is told for a while. A silence is shown with what it would hide before it is made.
 */
import { html } from 'hono/html'
import { formatDay, parseDay } from '../../core/days.ts'
import { PipelineError } from '../../core/errors.ts'
import { previewSilence } from '../../pipelines/inbox/silence-preview.ts'
import { namesOf, placeOf, topicOf } from '../../pipelines/inbox/words.ts'
import { LEVELS } from '../../pipelines/levels.ts'
import type { Level } from '../../pipelines/levels.ts'
import { addSilence, expireSilence, listSilences, MOST_NIGHTS } from '../../pipelines/routing/silences.ts'
import type { Silence } from '../../pipelines/routing/silences.ts'
import { KINDS } from '../../pipelines/rules.ts'
import type { Kind } from '../../pipelines/rules.ts'
import { findByPath } from '../../pipelines/typed-path.ts'
import { readToday } from '../../sql/alert-life.ts'
import type { Queryable } from '../../sql/db.ts'
import { readUnitChoices } from '../../sql/inbox-alert.ts'
import { readPlaces, readTopics } from '../../sql/trees.ts'
import { badge, choice, empty, errorText, field, levelBadge } from '../components.ts'
import { unitList } from '../inbox/act-forms.ts'
import { alertPath, codeText } from '../inbox/format.ts'
import { redirect } from '../reply.ts'
import type { WebRequest } from '../request.ts'
import { page } from '../shell.ts'
import type { Html } from '../shell.ts'
import { supervisionTabs } from './home.ts'

interface Draft { place: string, topic: string, kind: string, unit: string, level: string, until: string, reason: string }

type Preview = Awaited<ReturnType<typeof previewSilence>>
type Errors = Partial<Record<keyof Draft, string>>

/** What the page shows besides the silences there are: the draft with what is wrong in it, or a silence that could not be ended for want of a reason. */
interface Shown { draft: Draft, errors?: Errors, preview?: Preview | undefined, unended?: string, status?: number }

export async function showSilences(request: WebRequest): Promise<Response> {
  const value = (name: string): string => request.query(name).normalize('NFC').trim().slice(0, 400)
  const draft = draftOf(value)
  if (request.query('preview') === '') return renderSilences(request, { draft })
  return renderSilences(request, { draft, ...await request.withActor(async (client) => {
    const errors = await checkDraft(request, client, draft)
    return Object.keys(errors).length > 0 ? { errors } : { preview: await previewSilence(client, scopeOf(draft)) }
  }) })
}

async function renderSilences(request: WebRequest, { draft, errors = {}, preview, unended, status = 200 }: Shown): Promise<Response> {
  const { text } = request
  const { silences, units, today } = await request.withActor(async (client) => {
    const today = await readToday(client)
    return { silences: await listSilences(client, today), units: await readUnitChoices(client), today }
  })
  const wrong = (name: keyof Draft): { error?: string } => (errors[name] === undefined ? {} : { error: errors[name] })
  return page(request, {
    title: text('supervision.silences'), section: 'supervision', styles: ['inbox/inbox.css'], status,
    body: html`<h1>${text('supervision.silences')}</h1>${supervisionTabs(request, '/supervision/silences')}<p class="soft">${text('supervision.silences.about')}</p>
<div class="two"><section>${silences.length === 0 ? empty(text('supervision.silences.none')) : html`<div class="scroll" tabindex="0" role="region" aria-label="${text('supervision.silences')}"><table><thead><tr><th scope="col">${text('supervision.silences.place')}</th><th scope="col">${text('supervision.silences.topic')}</th><th scope="col">${text('supervision.silences.level')}</th><th scope="col">${text('supervision.silences.when')}</th><th scope="col">${text('supervision.silences.reason')}</th></tr></thead><tbody>${silences.map((silence) => silenceRow(request, silence, silence.id === unended))}</tbody></table></div>`}</section>
<section class="card"><h2>${text('supervision.silences.add')}</h2>
<form method="get" action="/supervision/silences"><input type="hidden" name="preview" value="1">
${field({ name: 'place', label: text('supervision.silences.place'), value: draft.place, hint: text('supervision.silences.path', { example: request.locale === 'zh' ? '城东区›河湾街道' : 'East›River' }), ...wrong('place') })}
${field({ name: 'topic', label: text('supervision.silences.topic'), value: draft.topic, ...wrong('topic') })}
${choice({ name: 'kind', label: text('supervision.silences.kind'), value: draft.kind, options: [{ value: '', text: text('supervision.silences.any') }, ...KINDS.map((kind) => ({ value: kind, text: text(`alert.kind.${kind}`) }))], ...wrong('kind') })}
<div class="field${errors.unit ? ' wrong' : ''}"><label for="unit">${text('supervision.silences.unit')}</label>${errors.unit ? html`<p class="wrong-text" id="unit-error">${errors.unit}</p>` : ''}<input id="unit" name="unit" list="units" value="${draft.unit}" maxlength="200"${errors.unit ? html` aria-describedby="unit-error" aria-invalid="true"` : ''}></div>
${choice({ name: 'level', label: text('supervision.silences.level'), value: draft.level || 'orange', options: LEVELS.map((level) => ({ value: level, text: text(`cli.level.${level}`) })), ...wrong('level') })}
${field({ name: 'until', label: text('supervision.silences.until'), type: 'date', value: draft.until || formatDay(parseDay(today) + 7), required: true, ...wrong('until') })}
${field({ name: 'reason', label: text('supervision.silences.reason'), value: draft.reason, required: true, ...wrong('reason') })}
<button class="second">${text('supervision.silences.preview')}</button></form>
${preview === undefined ? '' : previewPart(request, draft, preview)}</section></div>${unitList(units)}`,
  })
}

function previewPart(request: WebRequest, draft: Draft, { n, rows }: Preview): Html {
  const { text } = request
  return html`<div class="message ${n === 0 ? 'info' : 'warn'}" role="status">${n === 0 ? text('supervision.silences.would.none') : text('supervision.silences.would', { n })}</div>
<ul class="plain">${rows.map((row) => html`<li>${levelBadge(request, row.level)} <a href="${alertPath(row.id)}">${placeOf(request.locale, namesOf(row.place))} · ${topicOf(request.locale, namesOf(row.topic))}</a></li>`)}</ul>
<form method="post" action="/supervision/silences">${Object.entries(draft).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}<button>${text('supervision.silences.confirm')}</button></form>`
}

function silenceRow(request: WebRequest, silence: Silence, isUnended: boolean): Html {
  const { text } = request
  const any = text('supervision.silences.any')
  const running = silence.status === 'active' || silence.status === 'future'
  return html`<tr><th scope="row">${silence.place.join(' › ') || any}</th><td>${silence.topic.join(' › ') || any}${silence.kind === null ? '' : html`<br>${codeText(request, 'alert.kind', silence.kind)}`}${silence.unit === null ? '' : html`<br>${silence.unit}`}</td><td>${levelBadge(request, silence.level)}</td><td class="nowrap">${silence.from} – ${silence.to}<br>${badge(codeText(request, 'silence.status', silence.status), running ? 'warn' : 'plain')}</td><td>${silence.reason}<br><span class="soft small">${text('supervision.silences.who')} ${silence.by} ${silence.by_unit}</span>
${running && request.may('supervision.silences.end') ? html`<details${isUnended ? html` open` : ''}><summary>${text('supervision.silences.end')}</summary><form method="post" action="/supervision/silences/end"><input type="hidden" name="id" value="${silence.id}"><div class="field${isUnended ? ' wrong' : ''}"><label for="end-${silence.id}">${text('supervision.silences.reason')}</label>${isUnended ? html`<p class="wrong-text" id="end-${silence.id}-error">${text('supervision.silences.missing')}</p>` : ''}<input id="end-${silence.id}" name="reason" maxlength="1000" required${isUnended ? html` aria-describedby="end-${silence.id}-error" aria-invalid="true"` : ''}></div><button class="second small">${text('supervision.silences.end')}</button></form></details>` : ''}</td></tr>`
}

function draftOf(value: (name: string) => string): Draft {
  return { place: value('place'), topic: value('topic'), kind: value('kind'), unit: value('unit'), level: value('level'), until: value('until'), reason: value('reason') }
}

function scopeOf({ place, topic, kind, unit, level }: Draft): { place?: string, topic?: string, kind?: Kind, unit?: string, level: Level } {
  const known = KINDS.find((one) => one === kind)
  return { ...(place === '' ? {} : { place }), ...(topic === '' ? {} : { topic }), ...(known === undefined ? {} : { kind: known }), ...(unit === '' ? {} : { unit }), level: LEVELS.find((one) => one === level) ?? 'orange' }
}

/** What is wrong, by field. */
async function checkDraft(request: WebRequest, client: Queryable, draft: Draft): Promise<Errors> {
  const { text } = request
  const errors: Errors = {}
  const today = await readToday(client)
  if ([draft.place, draft.topic, draft.kind, draft.unit].every((value) => value === '')) errors.place = text('supervision.silences.nothing')
  if (draft.kind !== '' && !KINDS.some((one) => one === draft.kind)) errors.kind = text('supervision.silences.choose')
  if (draft.level !== '' && !LEVELS.some((one) => one === draft.level)) errors.level = text('supervision.silences.choose')
  if (draft.unit !== '' && !(await readUnitChoices(client)).includes(draft.unit)) errors.unit = errorText(request, 'no_such_unit', { unit: draft.unit })
  if (draft.reason === '') errors.reason = text('supervision.silences.missing')
  if (!isWithin(draft.until, today)) errors.until = text('supervision.silences.range', { from: today, to: formatDay(parseDay(today) + MOST_NIGHTS - 1) })
  for (const name of ['place', 'topic'] as const) {
    if (draft[name] === '') continue
    try {
      if (name === 'place') findByPath((await readPlaces(client)).values(), draft.place, 'no_such_place')
      else findByPath((await readTopics(client)).values(), draft.topic, 'no_such_topic')
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error
      errors[name] = errorText(request, error.code, error.details)
    }
  }
  return errors
}

function isWithin(until: string, today: string): boolean {
  try {
    const nights = parseDay(until) - parseDay(today)
    return nights >= 0 && nights < MOST_NIGHTS
  } catch {
    return false
  }
}

export async function postSilence(request: WebRequest): Promise<Response> {
  const form = await request.form()
  const draft = draftOf((name) => form.text(name).normalize('NFC').slice(0, 400))
  const { actor } = request
  const { errors, silence } = await request.withActor(async (client) => {
    const errors = await checkDraft(request, client, draft)
    if (Object.keys(errors).length > 0) return { errors, silence: undefined }
    return { errors, silence: await addSilence(client, {
      ...scopeOf(draft), reason: draft.reason, knownOn: await readToday(client), until: formatDay(parseDay(draft.until) + 1),
    }, { by: actor.name, unit: actor.units[0] ?? '', role: actor.role }) }
  })
  if (!silence) return renderSilences(request, { draft, errors, status: 422 })
  return redirect('/supervision/silences', { key: 'supervision.silences.added', params: { id: silence.id } })
}

export async function postSilenceEnd(request: WebRequest): Promise<Response> {
  const form = await request.form()
  const { actor } = request
  const id = form.text('id')
  if (form.text('reason') === '') return renderSilences(request, { draft: draftOf(() => ''), unended: id, status: 422 })
  try {
    await request.withActor(async (client) => expireSilence(client, id, await readToday(client), form.text('reason'), { by: actor.name, unit: actor.units[0] ?? '', role: actor.role }))
  } catch (error) {
    // Somebody else ended it meanwhile.
    if (!(error instanceof PipelineError) || error.code !== 'silence_over') throw error
    return redirect('/supervision/silences', { key: 'inbox.said.refused', params: { why: errorText(request, error.code, error.details) }, tone: 'warn' })
  }
  return redirect('/supervision/silences', { key: 'supervision.silences.ended', params: { id } })
}
