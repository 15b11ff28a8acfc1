/**
 * The keys of the inbox, as a dialog that script opens. Single keys can be switched off (WCAG 2.1.4).
 */
import { html } from 'hono/html'
import type { TextKey } from '../../core/texts.ts'
import type { WebRequest } from '../request.ts'
import type { Html } from '../shell.ts'

const KEYS: readonly (readonly [keys: string, what: TextKey])[] = [
  ['j k', 'inbox.keys.move'], ['o', 'inbox.keys.open'], ['x', 'inbox.keys.select'], ['e', 'inbox.keys.sign'], ['a', 'inbox.keys.assign'], ['z', 'inbox.keys.snooze'], ['r', 'inbox.keys.strike'],
  ['1 2 3 4', 'inbox.keys.feedback'], ['/', 'inbox.keys.search'], ['g i', 'inbox.keys.inbox'], ['?', 'inbox.keys.help'],
]

export function keyHelp(request: WebRequest): Html {
  const { text } = request
  return html`<dialog id="keys" class="keys" aria-labelledby="keys-title" data-on="${text('inbox.keys.on')}" data-off="${text('inbox.keys.off')}"><h2 id="keys-title">${text('inbox.keys')}</h2>
<dl class="facts">${KEYS.map(([keys, what]) => html`<dt>${keys.split(' ').map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${text(what)}</dd>`)}</dl>
<p id="keys-state" role="status" class="soft"></p><div class="row"><button type="button" class="second" id="keys-toggle">${text('inbox.keys.toggle')}</button><button type="button" id="keys-close">${text('inbox.keys.close')}</button></div></dialog>`
}
