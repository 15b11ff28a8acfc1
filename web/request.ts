/**
 * What a handler gets: who asks, in which language, the parts of the request, and the only way to the database.
 */
import type pg from 'pg'
import type { Config, Locale } from '../core/config.ts'
import { PipelineError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import { t } from '../core/texts.ts'
import type { TextKey } from '../core/texts.ts'
import type { WebActor } from '../pipelines/accounts/web-actor.ts'
import type { Accounts } from './accounts/service.ts'
import type { Form } from './form.ts'

export type Theme = 'light' | 'dark' | 'auto'

export interface WebRequest {
  /** Unknown paths are answered before; this is the route's own operation. */
  readonly operation: string
  readonly method: string
  readonly url: URL
  readonly headers: Headers
  /** Aborted when the reader has gone. */
  readonly signal: AbortSignal
  readonly locale: Locale
  readonly theme: Theme
  /** Who asks. @throws {PipelineError} `not_signed_in`, on routes for anyone */
  readonly actor: WebActor
  /** Who asks, or undefined where nobody has signed in. */
  readonly signedIn: WebActor | undefined
  readonly session: SessionFacts | undefined
  /** Address of whoever asks, as told by trusted proxies. */
  readonly address: string
  /** Of this request, for logs and the audit. */
  readonly requestId: string
  /** Whether browsers reach us by TLS. */
  readonly secure: boolean
  readonly accounts: Accounts
  readonly config: Config
  readonly log: Log
  /** Part of the path named in the route's pattern; '' where there is none. */
  param(name: string): string
  /** First value of the query; '' where there is none. */
  query(name: string): string
  form(): Promise<Form>
  json(): Promise<unknown>
  /** The raw body, within the route's limit. */
  bytes(): Promise<Uint8Array<ArrayBuffer>>
  /** Whether who asks may use the operation of another route; false where no such route exists. */
  may(operation: string): boolean
  /** A text in the request's language. */
  text(key: TextKey, params?: Readonly<Record<string, string | number>>): string
  /**
   * The only way to a database client: one transaction, as the web's own login role, told who asks. Row-level security
   * leaves rows out that the actor may not see, and refuses writes that are not theirs.
   */
  withActor<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T>
}

/** Of the session, for the account page. */
export interface SessionFacts { id: number, demo: boolean }

export interface RequestParts extends Omit<WebRequest, 'actor' | 'text' | 'query'> {}

export function createRequest(parts: RequestParts): WebRequest {
  return {
    ...parts,
    get actor(): WebActor {
      if (!parts.signedIn) throw new PipelineError('not_signed_in', 'nobody has signed in', {})
      return parts.signedIn
    },
    query: (name) => parts.url.searchParams.get(name) ?? '',
    text: (key, params) => t(parts.locale, key, params),
  }
}
