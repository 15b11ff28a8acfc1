/**
 * Who a request is from: the session behind its cookie, or the token in its header.
 */
import type { Locale } from '../core/config.ts'
import type { WebActor } from '../pipelines/accounts/web-actor.ts'
import type { SessionFacts, Theme } from './request.ts'

export interface Identity {
  actor: WebActor
  session: SessionFacts
  locale?: Locale
  theme?: Theme
  /** Set for API tokens: what the token may be used for. */
  scopes?: readonly string[]
}

/** What tells who asks. */
export interface Asking { headers: Headers, cookies: ReadonlyMap<string, string>, address: string }

/** The token in the Authorization header; undefined where there is none, so that the session decides. */
export function bearerOf(headers: Headers): string | undefined {
  return /^Bearer\s+(\S{1,300})\s*$/i.exec(headers.get('authorization') ?? '')?.[1]
}
