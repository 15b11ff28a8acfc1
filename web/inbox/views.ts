/**
 * Kept filters.
 */
import { InvalidOptionError } from '../../core/errors.ts'
import { readQuery, writeQuery } from '../../pipelines/inbox/query.ts'
import { deleteView, saveView } from '../../sql/inbox-people.ts'
import { redirect } from '../reply.ts'
import type { WebRequest } from '../request.ts'

export async function postView(request: WebRequest): Promise<Response> {
  const form = await request.form()
  const name = form.text('name').replace(/\p{C}/gu, '').slice(0, 60)
  if (name === '') throw new InvalidOptionError('name', name, 'a name')
  // Read and written again: what is kept is a filter of ours and nothing else.
  const query = writeQuery(readQuery(new URLSearchParams(form.text('query').slice(0, 1000))))
  const kept = await request.withActor((client) => saveView(client, String(request.actor.id), name, query, form.has('shared')))
  return redirect(`/inbox?${query}`, kept ? { key: 'inbox.views.saved', params: { name } } : { key: 'inbox.views.many', tone: 'warn' })
}

export async function postViewDelete(request: WebRequest): Promise<Response> {
  const form = await request.form()
  await request.withActor((client) => deleteView(client, String(request.actor.id), form.text('id')))
  return redirect('/inbox', { key: 'inbox.views.deleted' })
}
