/**
 * The inbox and the pages of single alerts. Rows are chosen by the database's policies; roles without any alert are left out here.
 */
import { LARGEST_EVIDENCE } from '../../pipelines/alert-life/evidence.ts'
import type { WebRole } from '../../pipelines/accounts/web-actor.ts'
import { json } from '../reply.ts'
import type { Route } from '../route.ts'
import { getEvidence, postAct, postAssign, postEvidence, postExtend, postFeedback, postReply, postRuling } from './acts.ts'
import { peekFacts, showAlert } from './alert-view.ts'
import { postBulk } from './bulk.ts'
import { showInbox } from './list-page.ts'
import { liveInbox } from './live.ts'
import { postView, postViewDelete } from './views.ts'

const UNITS = ['unit_liaison', 'unit_lead', 'territory_lead'] as const satisfies readonly WebRole[]
const DESK = ['analyst', 'supervisor', 'admin'] as const satisfies readonly WebRole[]
const READERS: readonly WebRole[] = [...UNITS, ...DESK, 'policy_reader']
const WORKERS: readonly WebRole[] = [...UNITS, ...DESK]

export const inboxRoutes: readonly Route[] = [
  { method: 'GET', path: '/inbox', operation: 'inbox.list', allow: READERS, handle: showInbox },
  { method: 'GET', path: '/inbox/live', operation: 'inbox.live', allow: READERS, handle: liveInbox },
  { method: 'POST', path: '/inbox/bulk', operation: 'inbox.bulk', allow: WORKERS, handle: postBulk },
  { method: 'POST', path: '/inbox/views', operation: 'inbox.views.save', allow: READERS, handle: postView },
  { method: 'POST', path: '/inbox/views/delete', operation: 'inbox.views.delete', allow: READERS, handle: postViewDelete },
  { method: 'GET', path: '/alerts/:id', operation: 'alerts.page', allow: READERS, handle: (request) => showAlert(request) },
  { method: 'GET', path: '/alerts/:id/peek', operation: 'alerts.peek', allow: READERS, handle: async (request) => json(await peekFacts(request)) },
  { method: 'POST', path: '/alerts/:id/acts', operation: 'alerts.act', allow: WORKERS, handle: postAct },
  { method: 'POST', path: '/alerts/:id/evidence', operation: 'alerts.evidence.add', allow: WORKERS, maxBytes: LARGEST_EVIDENCE + 100_000, handle: postEvidence },
  { method: 'GET', path: '/alerts/:id/evidence/:number', operation: 'alerts.evidence.read', allow: READERS, handle: getEvidence },
  { method: 'POST', path: '/alerts/:id/feedback', operation: 'alerts.feedback', allow: WORKERS, handle: postFeedback },
  { method: 'POST', path: '/alerts/:id/assign', operation: 'alerts.assign', allow: WORKERS, handle: postAssign },
  { method: 'POST', path: '/alerts/:id/reply', operation: 'alerts.reply', allow: WORKERS, handle: postReply },
  { method: 'POST', path: '/alerts/:id/clocks/:clock/extend', operation: 'clocks.extend', allow: WORKERS, handle: postExtend },
  { method: 'POST', path: '/alerts/:id/clocks/:clock/rule', operation: 'clocks.rule', allow: DESK, handle: postRuling },
]
