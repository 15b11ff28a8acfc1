/**
 * One act on several alerts: each in its own transaction and with its own outcome, none silently.
 */
import { html } from 'hono/html'
import { InvalidOptionError, PipelineError } from '../../core/errors.ts'
import { namesOf, placeOf, topicOf } from '../../pipelines/inbox/words.ts'
import { readAlertHead } from '../../sql/inbox-alert.ts'
import { badge, errorText } from '../components.ts'
import { localPath, redirect } from '../reply.ts'
import type { WebRequest } from '../request.ts'
import { page } from '../shell.ts'
import { assign, doAct } from './acts.ts'
import { bulkActsOf } from './bulk-bar.ts'
import { alertPath } from './format.ts'

const MOST = 200

interface Outcome { id: string, title: string, done: boolean, why: string }

export async function postBulk(request: WebRequest): Promise<Response> {
  const form = await request.form()
  const back = localPath(form.text('back') || '/inbox')
  const ids = [...new Set(form.all('id'))].slice(0, MOST)
  const name = bulkActsOf(request.actor.role).find((one) => one === form.text('act'))
  if (!name) throw new InvalidOptionError('act', form.text('act'), bulkActsOf(request.actor.role).join(', '))
  if (ids.length === 0) return redirect(back, { key: 'inbox.bulk.none', tone: 'warn' })
  const outcomes: Outcome[] = []
  for (const id of ids) {
    const outcome: Outcome = { id, title: id, done: false, why: '' }
    outcomes.push(outcome)
    try {
      const head = await request.withActor((client) => readAlertHead(client, id))
      if (head) outcome.title = `${placeOf(request.locale, namesOf(head.place))} · ${topicOf(request.locale, namesOf(head.topic))}`
      const version = form.whole(`v.${id}`)
      if (version === undefined) throw new InvalidOptionError('version', '', 'the version that was seen')
      if (name === 'assign') await assign(request, id, true)
      else await doAct(request, id, name, version, form.text('why'), name === 'snooze' ? { until: form.text('until') } : name === 'merge' ? { into: form.text('into') } : {})
      outcome.done = true
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error
      outcome.why = errorText(request, error.code, error.details)
    }
  }
  const refused = outcomes.filter((outcome) => !outcome.done).length
  const { text } = request
  return page(request, {
    title: text('inbox.bulk.title'), section: 'inbox', styles: ['inbox/inbox.css'],
    message: { key: 'inbox.bulk.done', params: { done: outcomes.length - refused, refused }, tone: refused === 0 ? 'good' : 'warn' },
    body: html`<h1>${text('inbox.bulk.title')}${request.locale === 'zh' ? '：' : ': '}${text(`inbox.bulk.${name}`)}</h1><div class="scroll"><table><tbody>${outcomes.map((outcome) => html`<tr><th scope="row"><a href="${alertPath(outcome.id)}">${outcome.title}</a></th><td>${outcome.done ? badge(text('inbox.bulk.ok'), 'good') : html`${badge(text('inbox.refused', { act: text(`inbox.bulk.${name}`) }), 'bad')} ${outcome.why}`}</td></tr>`)}</tbody></table></div><p><a class="button" href="${back}">${text('inbox.bulk.back')}</a></p>`,
  })
}
