/**
 * Above every page, when what it shows is older than it should be: last night failed, is late, or never ran.
 */
import { html } from 'hono/html'
import { readStanding } from '../../pipelines/operations/standing.ts'
import type { Standing } from '../../pipelines/operations/standing.ts'
import type { WebRequest } from '../request.ts'
import type { Html } from '../shell.ts'

/** The same for everybody, so that it is asked once in so long, not with every page. */
const FRESH_MS = 20_000
const known = new WeakMap<object, { at: number, standing: Standing }>()

/** Empty where the newest night is done, and for whoever has not signed in. */
export async function standingBanner(request: WebRequest): Promise<Html | ''> {
  if (!request.signedIn) return ''
  const now = performance.now()
  let last = known.get(request.config)
  if (!last || now - last.at > FRESH_MS) {
    try {
      last = { at: now, standing: await request.withActor((client) => readStanding(client)) }
    } catch (error) {
      // The page itself says what is wrong, or can do without.
      request.log.warn('banner_failed', { message: error instanceof Error ? error.message : String(error) })
      return ''
    }
    known.set(request.config, last)
  }
  return bannerOf(request, last.standing)
}

export function bannerOf(request: WebRequest, { state, lastNight, failedNight, expected }: Standing): Html | '' {
  const link = request.may('operations.home') ? html` <a href="/operations">${request.text('operations.banner.more')}</a>` : ''
  // The demo city's data end on a day of their own: no night is missing after it.
  if (lastNight !== null && (state === 'late' || state === 'running') && request.accounts.demoAccounts().length > 0) {
    return html`<div class="message info stale" role="status"><p>${request.text('operations.banner.demo', { last: lastNight })}</p></div>`
  }
  const params = { last: lastNight ?? '–', failed: failedNight ?? '–', expected }
  switch (state) {
    case 'failed': return html`<div class="message bad stale" role="status"><p>${request.text(lastNight === null ? 'operations.banner.failed_first' : 'operations.banner.failed', params)}${link}</p></div>`
    case 'late': return html`<div class="message warn stale" role="status"><p>${request.text('operations.banner.late', params)}${link}</p></div>`
    case 'never': return html`<div class="message info stale" role="status"><p>${request.text('operations.banner.never')}${link}</p></div>`
    case 'running': return lastNight === null ? '' : html`<div class="message info stale" role="status"><p>${request.text('operations.banner.running', params)}${link}</p></div>`
    default: return ''
  }
}
