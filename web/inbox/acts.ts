/**
 * Acts as forms: each names the version that its reader saw; what is refused comes back with what was written and the present state.
 */
import { Buffer } from 'node:buffer'
import { BadInputError, InvalidOptionError, PipelineError } from '../../core/errors.ts'
import { act, readLife } from '../../pipelines/alert-life/act.ts'
import { findEvidence, readEvidenceFile, storeEvidenceContent } from '../../pipelines/alert-life/evidence.ts'
import { readAlertLife } from '../../pipelines/alert-life/timeline.ts'
import { ACTS } from '../../pipelines/alert-state.ts'
import type { Act } from '../../pipelines/alert-state.ts'
import { askExtension, ruleExtension } from '../../pipelines/clocks/extend.ts'
import { actorOn, possibleActs } from '../../pipelines/inbox/acting.ts'
import { readToday } from '../../sql/alert-life.ts'
import { FEEDBACK_VERDICTS, insertAssignment, insertFeedback, insertReply } from '../../sql/inbox-people.ts'
import { errorText } from '../components.ts'
import type { Form } from '../form.ts'
import { download, json, redirect } from '../reply.ts'
import type { Message } from '../reply.ts'
import type { WebRequest } from '../request.ts'
import { statusOf } from '../failure.ts'
import { detailOf } from './act-fields.ts'
import { showAlert } from './alert-view.ts'
import { actWord, alertPath, codeText } from './format.ts'

export function wantsJson(request: WebRequest): boolean {
  return /^application\/json/.test(request.headers.get('accept') ?? '')
}

export async function postAct(request: WebRequest): Promise<Response> {
  const form = await request.form()
  const name = actOf(form)
  return answerAct(request, form, name, async () => {
    await doAct(request, request.param('id'), name, versionOf(form), form.text('why'), detailOf(name, form))
    return { key: 'inbox.said.done', params: { act: actWord(request, name) } }
  })
}

/** One act in one transaction, signed by the unit of the actor that has the part. @throws {PipelineError} what the table and its guards refuse */
export async function doAct(request: WebRequest, alertId: string, name: Act, version: number | null, why: string, detail: Parameters<typeof act>[1]['detail'] = {}): Promise<void> {
  await request.withActor(async (client) => {
    const { life } = await readLife(client, alertId)
    const actor = actorOn(life, request.actor)
    if (!actor) throw new BadInputError('no_unit_to_act', 'the account speaks for no unit', {})
    await act(client, { alertId, act: name, actor, version, why, detail, desk: request.config.settings.hotlineUnit })
  })
}

export async function postEvidence(request: WebRequest): Promise<Response> {
  const form = await request.form()
  const file = form.file('file')
  return answerAct(request, form, 'add_evidence', async () => {
    if (!file) throw new InvalidOptionError('file', '', 'a file')
    // Nobody fills the disk with files of alerts that are not theirs.
    await request.withActor(async (client) => {
      const { life } = await readLife(client, request.param('id'))
      if (!possibleActs(life, actorOn(life, request.actor), await readToday(client), '').includes('add_evidence')) throw new PipelineError('not_allowed', 'not for this role or unit', {})
    })
    const stored = storeEvidenceContent(request.config.dataDir, file.name, Buffer.from(await file.arrayBuffer()))
    await doAct(request, request.param('id'), 'add_evidence', versionOf(form), form.text('why'), { file: stored })
    return { key: 'inbox.said.done', params: { act: actWord(request, 'add_evidence') } }
  })
}

export async function getEvidence(request: WebRequest): Promise<Response> {
  const file = await request.withActor(async (client) => findEvidence((await readAlertLife(client, request.param('id'))).work, request.param('number')))
  return download(new Uint8Array(readEvidenceFile(request.config.dataDir, file.sha256)), file.name, file.type)
}

export async function postFeedback(request: WebRequest): Promise<Response> {
  const form = await request.form()
  const verdict = FEEDBACK_VERDICTS.find((one) => one === form.text('verdict'))
  if (!verdict) throw new InvalidOptionError('verdict', form.text('verdict'), FEEDBACK_VERDICTS.join(', '))
  await request.withActor(async (client) => {
    const { life } = await readLife(client, request.param('id'))
    const { actor } = request
    await insertFeedback(client, request.param('id'), verdict, form.text('note').slice(0, 1000), form.whole('version') ?? null, String(actor.id), await readToday(client), {
      by: actor.name, unit: actorOn(life, actor)?.unit ?? '', role: actor.role,
    })
  })
  return done(request, { key: 'inbox.said.feedback', params: { verdict: request.text(`inbox.alert.feedback.${verdict}`) } })
}

export async function postAssign(request: WebRequest): Promise<Response> {
  const form = await request.form()
  const toMe = form.text('who') !== 'nobody'
  await assign(request, request.param('id'), toMe)
  return done(request, toMe ? { key: 'inbox.said.assigned', params: { person: request.actor.name } } : { key: 'inbox.said.unassigned' })
}

export async function assign(request: WebRequest, alertId: string, toMe: boolean): Promise<void> {
  const { actor } = request
  await request.withActor(async (client) => {
    const { life } = await readLife(client, alertId)
    await insertAssignment(client, alertId, toMe ? String(actor.id) : null, toMe ? actor.name : '', { by: actor.name, unit: actorOn(life, actor)?.unit ?? '' })
  })
}

export async function postReply(request: WebRequest): Promise<Response> {
  const form = await request.form()
  const body = form.text('body').slice(0, 2000)
  if (body === '') throw new InvalidOptionError('body', '', 'a text')
  await request.withActor(async (client) => {
    const { life } = await readLife(client, request.param('id'))
    await insertReply(client, request.param('id'), body, { by: request.actor.name, unit: actorOn(life, request.actor)?.unit ?? '', role: request.actor.role })
  })
  return done(request, { key: 'inbox.said.reply' })
}

export async function postExtend(request: WebRequest): Promise<Response> {
  const form = await request.form()
  return clockAct(request, async (clockId, actor, db) => {
    await askExtension(db, { clockId, actor, amount: form.whole('amount') ?? 0, why: form.text('why'), version: null })
    return { key: 'inbox.said.extension' }
  })
}

export async function postRuling(request: WebRequest): Promise<Response> {
  const form = await request.form()
  return clockAct(request, async (clockId, actor, db) => {
    await ruleExtension(db, { clockId, actor, grant: form.text('grant') === 'yes', why: form.text('why'), version: null })
    return { key: 'inbox.said.ruled' }
  })
}

type Store = Parameters<typeof ruleExtension>[0]

async function clockAct(request: WebRequest, work: (clockId: string, actor: NonNullable<ReturnType<typeof actorOn>>, db: Store) => Promise<Message>): Promise<Response> {
  try {
    return done(request, await request.withActor(async (client) => {
      const { life } = await readLife(client, request.param('id'))
      const actor = actorOn(life, request.actor)
      if (!actor) throw new BadInputError('no_unit_to_act', 'the account speaks for no unit', {})
      // One transaction already: what asks for its own gets this one.
      return work(request.param('clock'), actor, { query: (sql, params) => client.query(sql, params), transaction: (inner) => inner(client) })
    }))
  } catch (error) {
    if (!(error instanceof PipelineError) || wantsJson(request)) throw error
    return redirect(alertPath(request.param('id')), { key: 'inbox.said.refused', params: { why: errorText(request, error.code, error.details) }, tone: 'bad' })
  }
}

async function answerAct(request: WebRequest, form: Form, name: Act, work: () => Promise<Message>): Promise<Response> {
  try {
    return done(request, await work())
  } catch (error) {
    if (!(error instanceof PipelineError) || wantsJson(request) || error.code === 'no_such_alert' || error.code === 'not_allowed') throw error
    const values = Object.fromEntries(['why', 'finding', 'unit', 'kind', 'from', 'until', 'into', 'level', 'rung', 'task', 'text', 'due', 'party', 'lead', 'members', 'present', 'held'].map((field) => [field, form.text(field)]))
    const { state, version } = error.details
    const told = error.code === 'conflict' ? request.text('inbox.conflict.now', { state: codeText(request, 'alert_state', String(state)), version: String(version) }) : errorText(request, error.code, error.details)
    return showAlert(request, { act: name, values, error: told }, statusOf(error), { key: error.code === 'conflict' ? 'inbox.conflict' : 'inbox.refused', params: { act: actWord(request, name) }, tone: 'bad' })
  }
}

function done(request: WebRequest, message: Message): Response {
  if (wantsJson(request)) return json({ ok: true, message: request.text(message.key, message.params) })
  return redirect(alertPath(request.param('id')), message)
}

function actOf(form: Form): Act {
  const name = ACTS.find((one) => one === form.text('act'))
  if (!name || name === 'add_evidence' || name === 'absorb' || name === 'extend') throw new InvalidOptionError('act', form.text('act'), 'an act of the page')
  return name
}

/** A form without a version would overwrite what its reader did not see. */
function versionOf(form: Form): number {
  const version = form.whole('version')
  if (version === undefined) throw new InvalidOptionError('version', form.text('version'), 'the version that was seen')
  return version
}
