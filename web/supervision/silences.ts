/**
 * /supervision/silences: of which alerts nobody is told for a while. A silence is shown with what it would hide before it is made.
 */
import { html } from 'hono/html'
import { formatDay, parseDay } from '../../core/days.ts'
import { InvalidOptionError, PipelineError } from '../../core/errors.ts'
import { previewSilence } from '../../pipelines/inbox/silence-preview.ts'
import { namesOf, placeOf, topicOf } from '../../pipelines/inbox/words.ts'
import { LEVELS } from '../../pipelines/levels.ts'
import type { Level } from '../../pipelines/levels.ts'
import { addSilence, expireSilence, listSilences } from '../../pipelines/routing/silences.ts'
import type { Silence } from '../../pipelines/routing/silences.ts'
import type { Kind } from '../../pipelines/rules.ts'
import { readToday } from '../../sql/alert-life.ts'
import { readUnitChoices } from '../../sql/inbox-alert.ts'
import { badge, choice, empty, errorText, field, levelBadge } from '../components.ts'
import { unitList } from '../inbox/act-forms.ts'
import { alertPath, codeText } from '../inbox/format.ts'
import { redirect } from '../reply.ts'
import type { WebRequest } from '../request.ts'
import { page } from '../shell.ts'
import type { Html } from '../shell.ts'
import { supervisionTabs } from './home.ts'

const KINDS: readonly Kind[] = ['emerging', 'common', 'seasonal']

interface Draft { place: string, topic: string, kind: string, unit: string, level: string, until: string, reason: string }

type Preview = Awaited<ReturnType<typeof previewSilence>>

export async function showSilences(request: WebRequest): Promise<Response> {
  const { text } = request
  const value = (name: string): string => request.query(name).normalize('NFC').trim().slice(0, 400)
  const { silences, units, today, preview, error } = await request.withActor(async (client) => {
    const today = await readToday(client)
    let preview: Preview | undefined
    let error = ''
    try {
      if (request.query('preview') !== '') preview = await previewSilence(client, scopeOf(draftOf(value)))
    } catch (thrown) {
      if (!(thrown instanceof PipelineError)) throw thrown
      error = errorText(request, thrown.code, thrown.details)
    }
    return { silences: await listSilences(client, today), units: await readUnitChoices(client), today, preview, error }
  })
  const draft = draftOf(value)
  return page(request, {
    title: text('supervision.silences'), section: 'supervision', styles: ['inbox/inbox.css'],
    body: html`<h1>${text('supervision.silences')}</h1>${supervisionTabs(request, '/supervision/silences')}<p class="soft">${text('supervision.silences.about')}</p>
<div class="two"><section>${silences.length === 0 ? empty(text('supervision.silences.none')) : html`<div class="scroll" tabindex="0" role="region" aria-label="${text('supervision.silences')}"><table><thead><tr><th scope="col">${text('supervision.silences.place')}</th><th scope="col">${text('supervision.silences.topic')}</th><th scope="col">${text('supervision.silences.level')}</th><th scope="col">${text('supervision.silences.when')}</th><th scope="col">${text('supervision.silences.reason')}</th></tr></thead><tbody>${silences.map((silence) => silenceRow(request, silence))}</tbody></table></div>`}</section>
<section class="card"><h2>${text('supervision.silences.add')}</h2>${error === '' ? '' : html`<p class="wrong-text" role="alert">${error}</p>`}
<form method="get" action="/supervision/silences"><input type="hidden" name="preview" value="1">
${field({ name: 'place', label: text('supervision.silences.place'), value: draft.place, hint: text('supervision.silences.path', { example: request.locale === 'zh' ? '城东区›河湾街道' : 'East›River' }) })}
${field({ name: 'topic', label: text('supervision.silences.topic'), value: draft.topic })}
${choice({ name: 'kind', label: text('supervision.silences.kind'), value: draft.kind, options: [{ value: '', text: text('supervision.silences.any') }, ...KINDS.map((kind) => ({ value: kind, text: text(`alert.kind.${kind}`) }))] })}
<div class="field"><label for="unit">${text('supervision.silences.unit')}</label><input id="unit" name="unit" list="units" value="${draft.unit}" maxlength="200"></div>
${choice({ name: 'level', label: text('supervision.silences.level'), value: draft.level || 'orange', options: LEVELS.map((level) => ({ value: level, text: text(`cli.level.${level}`) })) })}
${field({ name: 'until', label: text('supervision.silences.until'), type: 'date', value: draft.until || formatDay(parseDay(today) + 7), required: true })}
${field({ name: 'reason', label: text('supervision.silences.reason'), value: draft.reason, required: true })}
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

function silenceRow(request: WebRequest, silence: Silence): Html {
  const { text } = request
  const any = text('supervision.silences.any')
  const running = silence.status === 'active' || silence.status === 'future'
  return html`<tr><th scope="row">${silence.place.join(' › ') || any}</th><td>${silence.topic.join(' › ') || any}${silence.kind === null ? '' : html`<br>${codeText(request, 'alert.kind', silence.kind)}`}${silence.unit === null ? '' : html`<br>${silence.unit}`}</td><td>${levelBadge(request, silence.level)}</td><td class="nowrap">${silence.from} – ${silence.to}<br>${badge(codeText(request, 'silence.status', silence.status), running ? 'warn' : 'plain')}</td><td>${silence.reason}<br><span class="soft small">${text('supervision.silences.who')} ${silence.by} ${silence.by_unit}</span>
${running && request.may('supervision.silences.end') ? html`<details><summary>${text('supervision.silences.end')}</summary><form method="post" action="/supervision/silences/end"><input type="hidden" name="id" value="${silence.id}"><div class="field"><label for="end-${silence.id}">${text('supervision.silences.reason')}</label><input id="end-${silence.id}" name="reason" maxlength="1000" required></div><button class="second small">${text('supervision.silences.end')}</button></form></details>` : ''}</td></tr>`
}

function draftOf(value: (name: string) => string): Draft {
  return { place: value('place'), topic: value('topic'), kind: value('kind'), unit: value('unit'), level: value('level'), until: value('until'), reason: value('reason') }
}

function scopeOf({ place, topic, kind, unit, level }: Draft): { place?: string, topic?: string, kind?: Kind, unit?: string, level: Level } {
  const known = KINDS.find((one) => one === kind)
  return { ...(place === '' ? {} : { place }), ...(topic === '' ? {} : { topic }), ...(known === undefined ? {} : { kind: known }), ...(unit === '' ? {} : { unit }), level: LEVELS.find((one) => one === level) ?? 'orange' }
}

export async function postSilence(request: WebRequest): Promise<Response> {
  const form = await request.form()
  const draft = draftOf((name) => form.text(name))
  if (draft.reason === '') throw new InvalidOptionError('reason', '', 'a text')
  const { actor } = request
  const silence = await request.withActor(async (client) => addSilence(client, {
    ...scopeOf(draft), reason: draft.reason, knownOn: await readToday(client), until: formatDay(parseDay(draft.until, 'until') + 1),
  }, { by: actor.name, unit: actor.units[0] ?? '', role: actor.role }))
  return redirect('/supervision/silences', { key: 'supervision.silences.added', params: { id: silence.id } })
}

export async function postSilenceEnd(request: WebRequest): Promise<Response> {
  const form = await request.form()
  const { actor } = request
  const silence = await request.withActor(async (client) => expireSilence(client, form.text('id'), await readToday(client), form.text('reason'), { by: actor.name, unit: actor.units[0] ?? '', role: actor.role }))
  return redirect('/supervision/silences', { key: 'supervision.silences.ended', params: { id: silence.id } })
}
