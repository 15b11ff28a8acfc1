/**
 * Reads the body of a request, never more of it than is allowed.
 */
import { BadInputError } from '../core/errors.ts'
import { Form } from './form.ts'

const DEEPEST_JSON = 40

/** @throws {BadInputError} `body_too_large` */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = (): BadInputError => new BadInputError('body_too_large', `the body has more than ${maxBytes} bytes`, { limit: Math.round(maxBytes / 1024) })
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge()
  const parts: Uint8Array[] = []
  let bytes = 0
  const reader = request.body?.getReader()
  while (reader) {
    const { done, value } = await reader.read()
    if (done) break
    bytes += value.byteLength
    if (bytes > maxBytes) {
      await reader.cancel().catch(() => {})
      throw tooLarge()
    }
    parts.push(value)
  }
  const body = new Uint8Array(bytes)
  let at = 0
  for (const part of parts) {
    body.set(part, at)
    at += part.byteLength
  }
  return body
}

/** @throws {BadInputError} `bad_form` */
export async function parseForm(body: Uint8Array<ArrayBuffer>, contentType: string): Promise<Form> {
  if (body.byteLength === 0) return new Form(new FormData())
  try {
    return new Form(await new Response(body, { headers: { 'content-type': contentType } }).formData())
  } catch (cause) {
    throw new BadInputError('bad_form', 'the body is no form', {}, { cause })
  }
}

/** @throws {BadInputError} `bad_json`, or nested too deeply */
export function parseJson(body: Uint8Array): unknown {
  const text = new TextDecoder().decode(body)
  let depth = 0
  let inText = false
  for (let i = 0; i < text.length; i++) {
    const sign = text[i]
    if (inText) {
      if (sign === '\\') i++
      else if (sign === '"') inText = false
    } else if (sign === '"') inText = true
    else if (sign === '{' || sign === '[') {
      if (++depth > DEEPEST_JSON) throw new BadInputError('bad_json_body', 'the body is nested too deeply', {})
    } else if (sign === '}' || sign === ']') depth--
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new BadInputError('bad_json_body', 'the body is no JSON', {}, { cause })
  }
}
