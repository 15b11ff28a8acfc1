/**
 * Pages of the hotline's desk. Merging, splitting and re-routing are acts on the page of an alert (web/inbox).
 */
import type { WebRole } from '../../pipelines/accounts/web-actor.ts'
import type { Route } from '../route.ts'
import { showSupervision } from './home.ts'
import { postResend, showLetters } from './letters.ts'
import { postSilence, postSilenceEnd, showSilences } from './silences.ts'
import { showWithheld } from './withheld.ts'

const DESK: readonly WebRole[] = ['analyst', 'supervisor', 'admin']

export const supervisionRoutes: readonly Route[] = [
  { method: 'GET', path: '/supervision', operation: 'supervision.home', allow: DESK, handle: showSupervision },
  { method: 'GET', path: '/supervision/silences', operation: 'supervision.silences', allow: DESK, handle: showSilences },
  { method: 'POST', path: '/supervision/silences', operation: 'supervision.silences.add', allow: DESK, handle: postSilence },
  { method: 'POST', path: '/supervision/silences/end', operation: 'supervision.silences.end', allow: DESK, handle: postSilenceEnd },
  { method: 'GET', path: '/supervision/withheld', operation: 'supervision.withheld', allow: DESK, handle: showWithheld },
  { method: 'GET', path: '/supervision/dead-letters', operation: 'supervision.letters', allow: [...DESK, 'batch_operator'], handle: showLetters },
  { method: 'POST', path: '/supervision/dead-letters', operation: 'supervision.letters.resend', allow: ['admin', 'batch_operator'], handle: postResend },
]
