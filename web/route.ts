/**
 * What a page or form is: its address, who may, and what answers.
 */
import type { WebRole } from '../pipelines/accounts/web-actor.ts'
import type { WebRequest } from './request.ts'

/** Roles that may; 'anyone' also without signing in, 'signed-in' whatever the role. */
export type Allow = readonly WebRole[] | 'anyone' | 'signed-in'

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Hono pattern, such as '/alerts/:id'. */
  path: string
  /** Stable name, such as 'alerts.act': the row of the authorisation table (tests/web/authorisation.ts). */
  operation: string
  allow: Allow
  /** Scope that an API token needs; without one tokens are refused here. */
  scope?: string
  /** Bytes of a body at most; default 1 MB. */
  maxBytes?: number
  /** It writes to the audit what it did, or changes nothing but the visitor's own session or view; without it a line is written for it. */
  ownNote?: true
  handle(request: WebRequest): Promise<Response> | Response
}
