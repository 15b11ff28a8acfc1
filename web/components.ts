/**
 * Small parts that all pages share. Levels are icon, word and colour; deadline cards look different, so that nobody takes one for the other.
 */
import { html } from 'hono/html'
import { TEXTS } from '../core/texts.ts'
import type { TextKey } from '../core/texts.ts'
import { expectedWord } from '../core/wording.ts'
import type { WebRequest } from './request.ts'
import type { Html } from './shell.ts'

export type Level = 'blue' | 'yellow' | 'orange' | 'red'

/** One shape a level: circle, triangle, diamond, octagon. */
const SHAPES: Readonly<Record<Level, string>> = {
  blue: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1z',
  yellow: 'M8 1.2 15.4 14.5H.6z',
  orange: 'M8 .6 15.4 8 8 15.4.6 8z',
  red: 'M5 1h6l4 4v6l-4 4H5l-4-4V5z',
}

/** A warning level (蓝 黄 橙 红). */
export function levelBadge(request: WebRequest, level: string): Html {
  const known = (level in SHAPES ? level : 'blue') as Level
  return html`<span class="badge level-${known}"><svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true"><path d="${SHAPES[known]}" fill="currentColor"/></svg>${request.text(`cli.level.${known}`)}</span>`
}

/** A deadline card (黄牌 红牌): the state of a clock, no warning level. */
export function deadlineCard(request: WebRequest, card: 'yellow' | 'red'): Html {
  return html`<span class="card-mark card-${card}">${request.text(`web.card.${card}`)}</span>`
}

export function badge(text: string, tone: 'plain' | 'good' | 'warn' | 'bad' | 'info' = 'plain'): Html {
  return html`<span class="badge tone-${tone}">${text}</span>`
}

/** The wording of an error's code, for pages that show one beside a field. */
export function errorText(request: WebRequest, code: string, details: Readonly<Record<string, unknown>> = {}): string {
  const key = `error.${code}`
  const params = Object.fromEntries(Object.entries(details).map(([name, value]) => [name, Array.isArray(value) ? value.join(request.locale === 'zh' ? '、' : ', ') : name === 'expected' ? expectedWord(request.locale, String(value)) : String(value)]))
  return key in TEXTS ? request.text(key as TextKey, params) : request.text('web.failed')
}

export interface FieldParts {
  name: string
  label: string
  value?: string
  type?: 'text' | 'password' | 'email' | 'number' | 'date' | 'search' | 'tel' | 'file'
  hint?: string
  error?: string
  required?: boolean
  autocomplete?: string
  maxlength?: number
  inputmode?: 'text' | 'numeric'
}

/** Label, hint, input and error, tied together for readers of screens. */
export function field({ name, label, value = '', type = 'text', hint, error, required = false, autocomplete, maxlength = 400, inputmode }: FieldParts): Html {
  const described = [hint === undefined ? '' : `${name}-hint`, error === undefined ? '' : `${name}-error`].filter(Boolean).join(' ')
  return html`<div class="field${error === undefined ? '' : ' wrong'}"><label for="${name}">${label}</label>
${hint === undefined ? '' : html`<p class="hint" id="${name}-hint">${hint}</p>`}
${error === undefined ? '' : html`<p class="wrong-text" id="${name}-error">${error}</p>`}
<input id="${name}" name="${name}" type="${type}" value="${value}" maxlength="${maxlength}"${required ? html` required` : ''}${autocomplete ? html` autocomplete="${autocomplete}"` : ''}${inputmode ? html` inputmode="${inputmode}"` : ''}${described ? html` aria-describedby="${described}"` : ''}${error === undefined ? '' : html` aria-invalid="true"`}></div>`
}

export interface ChoiceParts { name: string, label: string, options: readonly { value: string, text: string }[], value?: string, hint?: string, error?: string }

export function choice({ name, label, options, value = '', hint, error }: ChoiceParts): Html {
  const described = [hint === undefined ? '' : `${name}-hint`, error === undefined ? '' : `${name}-error`].filter(Boolean).join(' ')
  return html`<div class="field${error === undefined ? '' : ' wrong'}"><label for="${name}">${label}</label>${hint === undefined ? '' : html`<p class="hint" id="${name}-hint">${hint}</p>`}${error === undefined ? '' : html`<p class="wrong-text" id="${name}-error">${error}</p>`}<select id="${name}" name="${name}"${described ? html` aria-describedby="${described}"` : ''}${error === undefined ? '' : html` aria-invalid="true"`}>${options.map((one) =>
    html`<option value="${one.value}"${one.value === value ? html` selected` : ''}>${one.text}</option>`)}</select></div>`
}

/** A form field of several lines. */
export function textArea({ name, label, value = '', hint, error, required = false, maxlength = 4000, rows = 3 }: FieldParts & { rows?: number }): Html {
  const described = [hint === undefined ? '' : `${name}-hint`, error === undefined ? '' : `${name}-error`].filter(Boolean).join(' ')
  return html`<div class="field${error === undefined ? '' : ' wrong'}"><label for="${name}">${label}</label>${hint === undefined ? '' : html`<p class="hint" id="${name}-hint">${hint}</p>`}${error === undefined ? '' : html`<p class="wrong-text" id="${name}-error">${error}</p>`}<textarea id="${name}" name="${name}" rows="${rows}" maxlength="${maxlength}"${required ? html` required` : ''}${described ? html` aria-describedby="${described}"` : ''}${error === undefined ? '' : html` aria-invalid="true"`}>${value}</textarea></div>`
}

/** Said where a list has nothing. */
export function empty(title: string, about = ''): Html {
  return html`<div class="empty"><p class="empty-title">${title}</p>${about ? html`<p>${about}</p>` : ''}</div>`
}
