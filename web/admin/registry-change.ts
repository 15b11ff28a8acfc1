/**
 * Changes of the registers of places and topics from the browser: by administrators of the whole city, while nobody else writes the store.
 */
import type pg from 'pg'
import { html } from 'hono/html'
import { PipelineError } from '../../core/errors.ts'
import type { TextKey } from '../../core/texts.ts'
import type { Tree, TreeEventRow } from '../../pipelines/trees/merge.ts'
import { holdStore } from '../../sql/tree-merges.ts'
import { empty, errorText } from '../components.ts'
import { formatTime } from '../operations/parts.ts'
import type { WebRequest } from '../request.ts'
import type { Html } from '../shell.ts'

/** Whether who asks may change a register: a merge touches counts of every part of the city, so a role for some of its places or topics does not do. */
export function isRegistrar({ actor }: WebRequest): boolean {
  return actor.role === 'admin' && actor.scope.places.length === 0 && actor.scope.topics.length === 0
}

/**
 * One transaction with nobody else at work in the store.
 *
 * @throws {PipelineError} `not_allowed`; `locked`: a night or an import is at work
 */
export async function changeRegistry<T>(request: WebRequest, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  if (!isRegistrar(request)) throw new PipelineError('not_allowed', 'for administrators of the whole city', {})
  return request.withActor(async (client) => {
    await holdStore(client)
    return work(client)
  })
}

/** Words for an error of a change; undefined where it is none of these codes, which is thrown on. */
export function registryFault(request: WebRequest, error: unknown): { code: string, words: string } | undefined {
  if (!(error instanceof PipelineError)) return undefined
  if (error.code === 'locked') return { code: error.code, words: request.text('admin.registry.busy') }
  const known = /^(no_such_(place|topic)|already_merged|bad_merge|tree_conflict|unknown_merge|merge_undone|empty_name|area_renamed|place_\w+)$/.test(error.code)
  return known ? { code: error.code, words: errorText(request, error.code, error.details) } : undefined
}

/** What was said of the nodes of a tree, newest first; merges that stand can be taken back by who may. */
export function eventTable(request: WebRequest, tree: Tree, events: readonly (TreeEventRow & { from: string, into: string })[], zone: string): Html {
  const { text } = request
  if (events.length === 0) return empty(text('admin.registry.no_events'))
  const shown = (path: string): string => path.replaceAll('›', ' › ')
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${text('admin.history')}"><table><thead><tr><th scope="col" class="num">${text('cli.column.id')}</th><th scope="col">${text('cli.places.column.at')}</th><th scope="col">${text('cli.places.column.act')}</th><th scope="col">${text('admin.registry.from')}</th><th scope="col">${text('admin.registry.into')}</th><th scope="col">${text('cli.places.column.by')}</th><th scope="col">${text('cli.places.column.why')}</th><th scope="col">${text('admin.registry.undo')}</th></tr></thead><tbody>${events.map((event) =>
    html`<tr><th scope="row" class="num">${event.id}</th><td class="nowrap">${formatTime(event.at, zone)}</td><td>${text(`tree.act.${event.act}` as TextKey)}</td><td>${shown(event.from)}</td><td>${shown(event.into)}</td><td>${event.by}</td><td>${event.why}</td><td>${event.undoneBy !== null ? text('admin.registry.undone', { id: event.undoneBy }) : event.act === 'undo' || event.act === 'distinct' || !isRegistrar(request) ? '–' : undoForm(request, tree, event.id)}</td></tr>`)}</tbody></table></div>`
}

function undoForm(request: WebRequest, tree: Tree, id: string): Html {
  const { text } = request
  return html`<details><summary>${text('admin.registry.undo')}<span class="unseen"> ${id}</span></summary><form method="post" action="/admin/${tree}s/events/${id}/undo"><div class="field"><label for="undo-${id}">${text('admin.why')}</label><input id="undo-${id}" name="why" type="text" required maxlength="300"></div><button class="second small">${text('admin.registry.undo')}</button></form></details>`
}
