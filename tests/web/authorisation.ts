/**
 * The one table of who may use what: operation × role. A route without a row fails the test, and so does a row without a route.
 */
import type { WebRole } from '../../pipelines/accounts/web-actor.ts'

const UNITS: readonly WebRole[] = ['unit_liaison', 'unit_lead', 'territory_lead']
const DESK: readonly WebRole[] = ['analyst', 'supervisor']
/** Whose the whole city is. */
const CITY: readonly WebRole[] = [...DESK, 'policy_reader', 'admin']
/** Who works on alerts. */
const WORKERS: readonly WebRole[] = [...UNITS, ...DESK, 'admin']
const RUN_READERS: readonly WebRole[] = [...DESK, 'batch_operator', 'admin']
const OPERATORS: readonly WebRole[] = ['batch_operator', 'admin']
const TRIERS: readonly WebRole[] = ['analyst', 'admin']
const EVERYBODY: readonly WebRole[] = [...UNITS, ...DESK, 'policy_reader', 'batch_operator', 'admin']
/** Who sees alerts. */
const READERS: readonly WebRole[] = [...UNITS, ...DESK, 'policy_reader', 'admin']

/** 'anyone': also without signing in. */
export const MAY: Readonly<Record<string, readonly WebRole[] | 'anyone'>> = {
  'home': EVERYBODY,
  'sign-in.page': 'anyone', 'sign-in': 'anyone', 'sign-in.code-page': 'anyone', 'sign-in.code': 'anyone', 'sign-out': EVERYBODY, 'welcome.page': 'anyone', 'welcome': 'anyone',
  'oidc.begin': 'anyone', 'oidc.callback': 'anyone',
  'preferences.set': 'anyone',
  'account.page': EVERYBODY, 'account.role': EVERYBODY, 'account.password': EVERYBODY, 'account.totp': EVERYBODY, 'account.totp-off': EVERYBODY, 'account.end-session': EVERYBODY,
  'users.list': ['admin'], 'users.add': ['admin'], 'users.role': ['admin'], 'users.change': ['admin'],
  'text.page': [...UNITS, ...DESK, 'policy_reader', 'admin'], 'text.open': [...UNITS, ...DESK],
  'inbox.list': [...UNITS, ...CITY], 'inbox.live': [...UNITS, ...CITY], 'inbox.views.save': [...UNITS, ...CITY], 'inbox.views.delete': [...UNITS, ...CITY], 'inbox.bulk': WORKERS,
  'alerts.page': [...UNITS, ...CITY], 'alerts.peek': [...UNITS, ...CITY], 'alerts.evidence.read': [...UNITS, ...CITY],
  'alerts.act': WORKERS, 'alerts.evidence.add': WORKERS, 'alerts.feedback': WORKERS, 'alerts.assign': WORKERS, 'alerts.reply': WORKERS, 'clocks.extend': WORKERS, 'clocks.rule': [...DESK, 'admin'],
  'supervision.home': [...DESK, 'admin'], 'supervision.silences': [...DESK, 'admin'], 'supervision.silences.add': [...DESK, 'admin'], 'supervision.silences.end': [...DESK, 'admin'], 'supervision.withheld': [...DESK, 'admin'],
  'supervision.letters': RUN_READERS, 'supervision.letters.resend': OPERATORS,
  'operations.home': RUN_READERS, 'operations.runs': RUN_READERS, 'operations.run': RUN_READERS, 'operations.errands': RUN_READERS, 'operations.errand': RUN_READERS, 'operations.errand.state': RUN_READERS,
  'operations.sources': RUN_READERS, 'operations.source': RUN_READERS, 'operations.outbox': RUN_READERS,
  'operations.rerun': OPERATORS, 'operations.retry': OPERATORS, 'operations.backfill.form': OPERATORS, 'operations.backfill': OPERATORS, 'operations.cancel': OPERATORS, 'operations.rejects': OPERATORS,
  'operations.rejects.csv': OPERATORS,
  'api.document': 'anyone', 'api.docs': 'anyone',
  'api.alerts.list': READERS, 'api.alerts.get': READERS, 'api.alerts.life': READERS, 'api.alerts.transitions': READERS, 'api.alerts.act': READERS, 'api.alerts.comments': READERS, 'api.alerts.comment': READERS, 'api.alerts.evidence': READERS,
  'api.routing.alert': READERS, 'api.routing.explain': READERS, 'api.routing.versions': READERS, 'api.silences.list': READERS, 'api.silences.add': [...DESK, 'admin'], 'api.silences.end': [...DESK, 'admin'],
  'api.subscriptions.list': RUN_READERS, 'api.subscriptions.get': RUN_READERS, 'api.subscriptions.add': ['admin'], 'api.subscriptions.state': ['admin'],
  'api.runs.list': RUN_READERS, 'api.runs.get': RUN_READERS, 'api.reports.list': CITY, 'api.reports.get': CITY, 'api.reports.period': CITY,
  'api.units.list': EVERYBODY, 'api.places.list': EVERYBODY, 'api.topics.list': EVERYBODY, 'api.sources.list': EVERYBODY,
  'open311.discovery-json': 'anyone', 'open311.discovery-xml': 'anyone', 'open311.services-json': READERS, 'open311.services-xml': READERS, 'open311.service': READERS, 'open311.requests-json': READERS,
  'open311.requests-xml': READERS, 'open311.request': READERS,
  'reports.home': CITY, 'reports.page': CITY, 'reports.tickets': CITY, 'reports.export': CITY, 'reports.table': CITY,
  'admin.home': TRIERS, 'admin.rules': TRIERS, 'admin.rules.version': TRIERS, 'admin.rules.file': TRIERS, 'admin.rules.diff': TRIERS, 'admin.rules.change': TRIERS, 'admin.rules.try': TRIERS,
  'admin.rules.trial': TRIERS, 'admin.thresholds': TRIERS, 'admin.routing': TRIERS, 'admin.routing.file': TRIERS, 'admin.deadlines': TRIERS, 'admin.deadlines.file': TRIERS,
  'admin.deadlines.change': TRIERS, 'admin.deadlines.try': TRIERS, 'admin.deadlines.trial': TRIERS, 'admin.calendar': TRIERS, 'admin.events.add': TRIERS, 'admin.events.remove': TRIERS,
  'admin.rules.activate': ['admin'], 'admin.thresholds.undo': ['admin'], 'admin.routing.change': ['admin'], 'admin.routing.import': ['admin'], 'admin.deadlines.activate': ['admin'],
  'admin.units': ['admin'], 'admin.units.add': ['admin'], 'admin.unit': ['admin'], 'admin.units.save': ['admin'], 'admin.places': ['admin'], 'admin.places.review': ['admin'], 'admin.places.decide': ['admin'], 'admin.places.history': ['admin'], 'admin.place': ['admin'], 'admin.place.facts': ['admin'],
  'admin.place.spelling.add': ['admin'], 'admin.place.spelling.remove': ['admin'], 'admin.place.rename': ['admin'], 'admin.place.merge': ['admin'], 'admin.place.undo': ['admin'],
  'admin.topics': ['admin'], 'admin.topic.family': ['admin'], 'admin.topic.merge': ['admin'], 'admin.topic.undo': ['admin'], 'admin.subscriptions': ['admin'],
  'admin.subscriptions.add': ['admin'], 'admin.subscriptions.save': ['admin'], 'admin.subscription': ['admin'], 'admin.subscription.test': ['admin'], 'admin.subscription.state': ['admin'],
}
