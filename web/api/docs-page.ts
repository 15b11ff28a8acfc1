/**
 * The API's document for people: every operation, its parameters, body, answer and refusals, on one page without scripts.
 */
import { html } from 'hono/html'
import type { JsonSchema } from '../../core/json-schema.ts'
import type { WebRequest } from '../request.ts'
import { page } from '../shell.ts'
import { withFile } from './document.ts'
import { API_ROOT, summaryKey } from './operation.ts'
import type { ApiOperation } from './operation.ts'
import { SCHEMAS } from './schemas.ts'

export function docsPage(request: WebRequest, operations: readonly ApiOperation[]): Response | Promise<Response> {
  const tags = [...new Set(operations.map(({ tag }) => tag))]
  return page(request, {
    title: request.text('api.docs.title'), section: 'api',
    body: html`<h1>${request.text('api.docs.title')}</h1>
<p>${request.text('api.docs.intro')}</p>
<pre><code>curl -H "Authorization: Bearer $TOKEN" ${request.url.origin}${API_ROOT}/alerts</code></pre>
<p><a href="/api/openapi.json">openapi.json</a> · ${tags.map((tag) => html`<a href="#${tag}">${tag}</a> `)}· <a href="#schemas">${request.text('api.docs.schemas')}</a></p>
${tags.map((tag) => html`<section id="${tag}"><h2>${tag}</h2>${operations.filter((each) => each.tag === tag).map((each) => operationPart(request, each))}</section>`)}
<section id="schemas"><h2>${request.text('api.docs.schemas')}</h2>
${Object.entries(SCHEMAS).map(([name, schema]) => html`<details id="schema-${name}"><summary><code>${name}</code></summary><pre><code>${JSON.stringify(schema, null, 1)}</code></pre></details>`)}</section>`,
  })
}

function operationPart(request: WebRequest, { method, path, operation, params = {}, body, fileBytes, reply, scope, allow, ifMatch, success = 200 }: ApiOperation): ReturnType<typeof html> {
  const rows = [
    ...Object.entries(params).map(([name, { schema, description }]) => [name, typeWord(schema), description] as const),
    ...(ifMatch ? [['If-Match', ifMatch === 'required' ? request.text('api.docs.required') : 'string', request.text('api.docs.if_match')] as const] : []),
    ...(method === 'POST' ? [['Idempotency-Key', 'string', request.text('api.docs.idempotency')] as const] : []),
  ]
  return html`<article id="${operation}"><h3><code>${method} ${API_ROOT}${path}</code></h3>
<p>${request.text(summaryKey({ operation }))}</p><p class="soft">${request.text('api.docs.scope')} <code>${scope}</code> · ${request.text('api.docs.roles')} ${typeof allow === 'string' ? request.text('api.docs.everyone') : allow.join(', ')}</p>
${rows.length === 0 ? '' : html`<div class="scroll"><table><thead><tr><th scope="col">${request.text('api.docs.parameter')}</th><th scope="col">${request.text('api.docs.type')}</th><th scope="col">${request.text('api.docs.meaning')}</th></tr></thead>
<tbody>${rows.map(([name, type, meaning]) => html`<tr><th scope="row" class="nowrap"><code>${name}</code></th><td>${type}</td><td>${meaning}</td></tr>`)}</tbody></table></div>`}
${body ? html`<details><summary>${request.text('api.docs.body')}</summary><pre><code>${JSON.stringify(fileBytes === undefined ? body : withFile(body), null, 1)}</code></pre></details>` : ''}
<details><summary>${request.text('api.docs.answer')} ${success}</summary><pre><code>${JSON.stringify(reply, null, 1)}</code></pre></details></article>`
}

function typeWord({ type, enum: values, format, default: usual, minimum, maximum }: JsonSchema): string {
  const word = values ? values.join(' | ') : `${Array.isArray(type) ? type.join(' | ') : String(type)}${format ? ` (${format})` : ''}`
  return [word, minimum !== undefined && maximum !== undefined && maximum < 1e6 ? `${minimum}–${maximum}` : '', usual === undefined ? '' : `= ${String(usual)}`].filter(Boolean).join(', ')
}
