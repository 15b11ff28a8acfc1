/**
 * Who is told what where: subscriptions, their channels, digests, quiet hours and languages; added, stopped, taken up again, tried.
 */
import { html } from 'hono/html'
import { BadInputError, PipelineError } from '../../core/errors.ts'
import type { TextKey } from '../../core/texts.ts'
import { addSubscriptionIn, changeSubscriptionIn, findSubscription, shownTarget } from '../../jobs/delivery/subscribe.ts'
import { LEVELS } from '../../pipelines/levels.ts'
import { ask } from '../../pipelines/operations/ask.ts'
import { readZone } from '../../pipelines/operations/standing.ts'
import { KINDS } from '../../pipelines/rules.ts'
import { listTests } from '../../sql/errands.ts'
import type { Errand } from '../../sql/errands.ts'
import { CHANNELS, FORMATS, readSubscriptionEvents, readSubscriptions } from '../../sql/subscriptions.ts'
import type { ChannelName, Format, Subscription } from '../../sql/subscriptions.ts'
import { badge, choice, empty, errorText, field, textArea } from '../components.ts'
import { isOwnSecret } from '../own-secrets.ts'
import { linesOf } from '../form.ts'
import { redirect } from '../reply.ts'
import type { WebRequest } from '../request.ts'
import { page } from '../shell.ts'
import type { Html } from '../shell.ts'
import { audited } from '../operations/audited.ts'
import { errandBadge } from '../operations/errand-page.ts'
import { formatTime } from '../operations/parts.ts'
import { levelText, tabs } from './parts.ts'

/** Field that an option of the request is typed in, and what is expected there. */
const FIELD_OF: Readonly<Record<string, readonly [field: string, expected: TextKey]>> = {
  '--to': ['to', 'admin.expected.to'], '--secret': ['secret', 'admin.expected.secret'], '--format': ['format', 'admin.expected.format'], '--at': ['at', 'admin.expected.at'],
  '--quiet-hours': ['quietHours', 'admin.expected.quiet'], '--time-zone': ['timeZone', 'admin.expected.zone'], '--kind': ['kinds', 'admin.expected.kind'], '--level': ['level', 'admin.expected.level'], '--urgent': ['urgent', 'admin.expected.level'],
}
const FIELD_OF_CODE: Readonly<Record<string, string>> = {
  no_such_unit: 'units', no_such_place: 'places', no_such_topic: 'topics', target_no_url: 'to', target_scheme: 'to', target_password: 'to', target_private: 'to', target_plain: 'to',
  bad_secret: 'secret', secret_not_ours: 'secret', target_not_ours: 'to', subscription_exists: 'to',
}

export async function showSubscriptions(request: WebRequest): Promise<Response> {
  const { text } = request
  const rows = await request.withActor((client) => readSubscriptions(client))
  return page(request, {
    title: text('admin.tab.subscriptions'), section: 'admin', wide: true,
    body: html`<div class="head"><h1>${text('admin.tab.subscriptions')}</h1><span class="actions"><a class="button" href="/admin/subscriptions/add">${text('admin.subscriptions.add')}</a></span></div>${tabs(request, '/admin/subscriptions')}
${rows.length === 0 ? empty(text('admin.subscriptions.none'), text('admin.subscriptions.none_about')) : html`<div class="scroll" tabindex="0" role="region" aria-label="${text('admin.tab.subscriptions')}"><table><thead><tr><th scope="col">${text('admin.subscriptions.id')}</th><th scope="col">${text('operations.status')}</th><th scope="col">${text('admin.subscriptions.target')}</th><th scope="col">${text('admin.subscriptions.wants')}</th><th scope="col">${text('admin.subscriptions.when')}</th><th scope="col">${text('admin.subscriptions.language')}</th></tr></thead><tbody>${rows.map((row) =>
      html`<tr><th scope="row"><a href="/admin/subscriptions/${row.id}">${row.id}</a></th><td>${stateBadge(request, row)}</td><td>${shownTarget(row)}</td><td>${wantsText(request, row)}</td><td>${whenText(request, row)}</td><td>${row.locale === 'zh' ? '中文' : 'English'}</td></tr>`)}</tbody></table></div>`}`,
  })
}

function stateBadge(request: WebRequest, { status }: Pick<Subscription, 'status'>): Html {
  return badge(request.text(`operations.target.${status}`), status === 'active' ? 'good' : 'warn')
}

function wantsText(request: WebRequest, row: Subscription): string {
  const parts = [...row.units, ...row.places, ...row.topics, ...row.kinds.map((kind) => request.text(`alert.kind.${kind}` as TextKey))]
  const level = request.text('admin.subscriptions.from_level', { level: levelText(request, row.minLevel) })
  return `${parts.length === 0 ? request.text('admin.subscriptions.everything') : parts.join(request.locale === 'zh' ? '、' : ', ')} · ${level}`
}

function whenText(request: WebRequest, row: Subscription): string {
  const times = row.slots.length === 0 ? request.text('admin.subscriptions.at_once') : row.slots.join(' ')
  return row.quietFrom === null ? times : `${times}; ${request.text('admin.subscriptions.quiet', { from: row.quietFrom, until: row.quietUntil ?? '' })}`
}

export async function showSubscription(request: WebRequest): Promise<Response> {
  const { text } = request
  const { row, events, tests, zone } = await request.withActor(async (client) => {
    const found = await findSubscription(client, request.param('id'))
    return { row: found, events: await readSubscriptionEvents(client, found.id), tests: await listTests(client, found.id, 5), zone: await readZone(client) }
  })
  const isActive = row.status === 'active'
  return page(request, {
    title: row.id, section: 'admin', scripts: ['operations/progress.js'],
    body: html`<div class="head"><h1>${row.id}</h1>${stateBadge(request, row)}</div>${tabs(request, '/admin/subscriptions')}
<dl class="facts card"><dt>${text('admin.subscriptions.target')}</dt><dd>${shownTarget(row)}</dd><dt>${text('admin.subscriptions.secret')}</dt><dd><code>${row.secretRef ?? '–'}</code></dd><dt>${text('admin.subscriptions.wants')}</dt><dd>${wantsText(request, row)}</dd><dt>${text('admin.subscriptions.when')}</dt><dd>${whenText(request, row)} (${row.timeZone})</dd>
<dt>${text('admin.subscriptions.urgent')}</dt><dd>${levelText(request, row.urgentLevel)}</dd><dt>${text('admin.subscriptions.failures')}</dt><dd>${row.failures}</dd>${row.statusReason === '' ? '' : html`<dt>${text('operations.reason')}</dt><dd>${row.statusReason}</dd>`}</dl>
<section class="card"><h2>${text('admin.subscriptions.test')}</h2><p class="soft">${text('admin.subscriptions.test_about')}</p><form method="post" action="/admin/subscriptions/${row.id}/test"><button class="second">${text('admin.subscriptions.test')}</button></form>
${tests.length === 0 ? '' : html`<ul class="plain-list">${tests.map((test) => testLine(request, test, zone))}</ul>`}</section>
<section class="card"><h2>${text(isActive ? 'admin.subscriptions.stop' : 'admin.subscriptions.take_up')}</h2><form method="post" action="/admin/subscriptions/${row.id}/state"><input type="hidden" name="seen" value="${row.status}">
${field({ name: 'reason', label: text('admin.why'), required: true, maxlength: 300 })}
<p class="row">${isActive ? html`<button name="status" value="disabled" class="second">${text('admin.subscriptions.disable')}</button>` : html`<button name="status" value="active">${text('admin.subscriptions.enable')}</button>`}<button name="status" value="removed" class="danger">${text('admin.subscriptions.remove')}</button></p></form></section>
<h2>${text('admin.history')}</h2><ul>${events.map((event) => html`<li>${formatTime(event.at, zone)} ${text(`admin.subscriptions.act.${event.act}` as TextKey)} · ${event.by} ${event.reason}</li>`)}</ul>`,
  })
}

function testLine(request: WebRequest, test: Errand, zone: string): Html {
  const outcome = test.result as { kind: string, error?: string } | null
  return html`<li ${test.status === 'waiting' || test.status === 'running' ? html`data-progress="/operations/errands/${test.id}/state"` : ''}>${formatTime(test.askedAt, zone)} ${outcome === null ? errandBadge(request, test.status) : outcome.kind === 'delivered' ? badge(request.text('admin.subscriptions.delivered'), 'good') : badge(request.text('admin.subscriptions.not_delivered'), 'bad')} ${outcome?.error ?? (test.errorCode === null ? test.error ?? '' : errorText(request, test.errorCode, test.errorDetails ?? {}))}</li>`
}

/** The service sends it: it alone has the secrets and the way out. */
export async function testMessage(request: WebRequest): Promise<Response> {
  const id = request.param('id')
  await request.withActor(async (client) => {
    await findSubscription(client, id)
    const errand = await ask(client, 'test_message', { subscription: id }, { by: request.actor.name, reason: '' })
    await audited(request, client, 'admin.subscription.test', `subscription:${id}`, { errand })
  })
  return redirect(`/admin/subscriptions/${encodeURIComponent(id)}`, { key: 'operations.asked' })
}

export async function changeState(request: WebRequest): Promise<Response> {
  const id = request.param('id')
  const form = await request.form()
  const [status, seen, reason] = [form.text('status'), form.text('seen'), form.text('reason')]
  const path = `/admin/subscriptions/${encodeURIComponent(id)}`
  if (reason === '') return redirect(path, { key: 'operations.reason_missing', tone: 'bad' })
  if (status !== 'active' && status !== 'disabled' && status !== 'removed') throw new BadInputError('bad_form', 'no such state', {})
  const isDone = await request.withActor(async (client) => {
    const before = await findSubscription(client, id)
    if (before.status !== seen) return false
    // Notices whose deliveries end here are settled by the next sweep of the service.
    const ended = await changeSubscriptionIn(client, id, status, request.actor.name, reason)
    await audited(request, client, 'admin.subscription.state', `subscription:${id}`, { before: before.status, after: status, reason, ended: ended.length })
    return true
  })
  if (!isDone) return redirect(path, { key: 'admin.changed_meanwhile', tone: 'warn' })
  return redirect(status === 'removed' ? '/admin/subscriptions' : path, { key: 'admin.saved' })
}

interface AddForm { values: Readonly<Record<string, string>>, kinds: readonly string[], emptyDigest: boolean, errors: Readonly<Record<string, string>> }
const TYPED = ['channel', 'to', 'secret', 'format', 'units', 'places', 'topics', 'level', 'at', 'quietHours', 'urgent', 'timeZone', 'language', 'reason'] as const

export async function showAdd(request: WebRequest): Promise<Response> {
  const timeZone = await request.withActor((client) => readZone(client))
  return renderAdd(request, { values: { channel: 'email', level: 'blue', urgent: 'red', timeZone, language: request.locale, format: 'standard' }, kinds: [], emptyDigest: true, errors: {} }, 200)
}

export async function add(request: WebRequest): Promise<Response> {
  const { text } = request
  const form = await request.form()
  const values = Object.fromEntries(TYPED.map((name) => [name, form.text(name)]))
  const typed = { values, kinds: form.all('kinds'), emptyDigest: form.has('emptyDigest') }
  const optional = (name: (typeof TYPED)[number]): string | undefined => values[name] || undefined
  const errors: Record<string, string> = {}
  if (!CHANNELS.some((one) => one === values.channel)) errors.channel = text('admin.expected.channel')
  if (values.to === '') errors.to = text('admin.missing')
  if (values.reason === '') errors.reason = text('admin.missing')
  for (const name of ['to', 'secret'] as const) if (values[name] !== '' && !isOwnSecret(request.config, values[name]!)) errors[name] = text('admin.expected.ours', { dir: `${request.config.dataDir}/secrets/` })
  if (Object.keys(errors).length > 0) return renderAdd(request, { ...typed, errors }, 422)
  try {
    const id = await request.withActor(async (client) => {
      const { subscription } = await addSubscriptionIn(client, request.config, {
        channel: values.channel as ChannelName, to: values.to!, secret: optional('secret'), format: values.channel === 'webhook' ? optional('format') as Format | undefined : undefined,
        units: linesOf(values.units!), places: linesOf(values.places!), topics: linesOf(values.topics!), kinds: typed.kinds, level: optional('level'), at: values.at!.split(/[\s,，、]+/).filter((one) => one !== ''), emptyDigest: typed.emptyDigest,
        quietHours: optional('quietHours'), urgent: optional('urgent'), timeZone: values.timeZone!, language: values.language === 'en' ? 'en' : 'zh', by: request.actor.name, reason: values.reason,
      })
      await audited(request, client, 'admin.subscription.add', `subscription:${subscription.id}`, { channel: subscription.channel, target: shownTarget(subscription), reason: values.reason })
      return subscription.id
    })
    return redirect(`/admin/subscriptions/${id}`, { key: 'admin.subscriptions.added' })
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error
    const [name, expected] = FIELD_OF[String(error.details.name)] ?? []
    const place = error.code === 'invalid_option' ? name : FIELD_OF_CODE[error.code]
    if (place === undefined) throw error
    return renderAdd(request, { ...typed, errors: { [place]: expected && error.code === 'invalid_option' ? text(expected) : errorText(request, error.code, error.details) } }, 422)
  }
}

function renderAdd(request: WebRequest, { values, kinds, emptyDigest, errors }: AddForm, status: number): Promise<Response> {
  const { text } = request
  const wrong = (key: string): { error?: string } => (errors[key] === undefined ? {} : { error: errors[key] })
  const line = (name: (typeof TYPED)[number], label: TextKey, hint?: TextKey, required = false): Html => field({ name, label: text(label), value: values[name] ?? '', required, ...(hint ? { hint: text(hint, { dir: `${request.config.dataDir}/secrets/` }) } : {}), ...wrong(name) })
  const levels = LEVELS.map((value) => ({ value, text: levelText(request, value) }))
  return page(request, {
    title: text('admin.subscriptions.add'), section: 'admin', status,
    body: html`<div class="head"><h1>${text('admin.subscriptions.add')}</h1></div>${tabs(request, '/admin/subscriptions')}
<form method="post" action="/admin/subscriptions/add"><section class="card"><h2>${text('admin.subscriptions.where')}</h2>
${choice({ name: 'channel', label: text('admin.subscriptions.channel'), value: values.channel ?? '', options: CHANNELS.map((value) => ({ value, text: text(`admin.channel.${value}`) })), ...wrong('channel') })}
${line('to', 'admin.subscriptions.to', 'admin.subscriptions.to_hint', true)}${line('secret', 'admin.subscriptions.secret', 'admin.subscriptions.secret_hint')}
${choice({ name: 'format', label: text('admin.subscriptions.format'), value: values.format ?? '', options: FORMATS.map((value) => ({ value, text: value })), ...wrong('format') })}
${choice({ name: 'language', label: text('admin.subscriptions.language'), value: values.language ?? 'zh', options: [{ value: 'zh', text: '中文' }, { value: 'en', text: 'English' }] })}</section>
<section class="card"><h2>${text('admin.subscriptions.what')}</h2><p class="soft">${text('admin.subscriptions.what_about')}</p>
${(['units', 'places', 'topics'] as const).map((name) => textArea({ name, label: text(`admin.subscriptions.${name}`), hint: text('admin.one_a_line'), value: values[name] ?? '', ...wrong(name) }))}
<fieldset class="field${errors.kinds ? ' wrong' : ''}"><legend>${text('admin.subscriptions.kinds')}</legend>${errors.kinds ? html`<p class="wrong-text">${errors.kinds}</p>` : ''}${KINDS.map((kind) => html`<label class="check"><input type="checkbox" name="kinds" value="${kind}"${kinds.includes(kind) ? html` checked` : ''}>${text(`alert.kind.${kind}` as TextKey)}</label>`)}</fieldset>
${choice({ name: 'level', label: text('admin.subscriptions.level'), value: values.level ?? '', options: levels, ...wrong('level') })}</section>
<section class="card"><h2>${text('admin.subscriptions.when')}</h2>${line('at', 'admin.subscriptions.at', 'admin.subscriptions.at_hint')}<label class="check"><input type="checkbox" name="emptyDigest" value="1"${emptyDigest ? html` checked` : ''}>${text('admin.subscriptions.empty_digest')}</label>
${line('quietHours', 'admin.subscriptions.quiet_hours', 'admin.subscriptions.quiet_hint')}${choice({ name: 'urgent', label: text('admin.subscriptions.urgent'), value: values.urgent ?? '', options: levels, ...wrong('urgent') })}${line('timeZone', 'operations.zone', undefined, true)}</section>
<section class="card">${textArea({ name: 'reason', label: text('admin.why'), value: values.reason ?? '', required: true, maxlength: 300, ...wrong('reason') })}<p><button>${text('admin.subscriptions.add')}</button></p></section></form>`,
  })
}
