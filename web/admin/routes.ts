/**
 * The admin pages and forms. Bringing into force and the registers are an admin's; analysts read rules and try changes.
 */
import type { Route } from '../route.ts'
import { addKnownEvent, removeKnownEvent, showCalendar } from './calendar-pages.ts'
import { activateDeadlineTrial, downloadDeadlines, showDeadlineChange, showDeadlines, showDeadlineTrial, tryDeadlineChange } from './deadlines-pages.ts'
import { showHome } from './home.ts'
import { ADMINS, TRIERS } from './parts.ts'
import { downloadRouting, importRules, showRouting, showRoutingChange } from './routing-pages.ts'
import { downloadVersion, showChange, showDiff, showRules, showVersion, tryChange } from './rules-pages.ts'
import { addSpelling, mergeTyped, removeSpelling, renameTyped, savePlaceFacts, showPlace } from './place-page.ts'
import { decidePair, showReview, undoPlaceEvent, undoTopicEvent } from './place-review.ts'
import { showPlaceHistory, showPlaces } from './places-list.ts'
import { activateTrial, showTrial } from './rules-trial.ts'
import { add, changeState, showAdd, showSubscription, showSubscriptions, testMessage } from './subscriptions-pages.ts'
import { showThresholds, undoThreshold } from './thresholds.ts'
import { mergeTypedTopics, saveFamily, showTopics } from './topics-page.ts'
import { saveTypedUnit, showUnit, showUnitAdd, showUnits } from './units-pages.ts'

const ROUTES: readonly Route[] = [
  { method: 'GET', path: '/admin', operation: 'admin.home', allow: TRIERS, handle: showHome },
  { method: 'GET', path: '/admin/rules', operation: 'admin.rules', allow: TRIERS, handle: showRules },
  { method: 'GET', path: '/admin/rules/versions/:version', operation: 'admin.rules.version', allow: TRIERS, handle: showVersion },
  { method: 'GET', path: '/admin/rules/versions/:version/file', operation: 'admin.rules.file', allow: TRIERS, handle: downloadVersion },
  { method: 'GET', path: '/admin/rules/diff', operation: 'admin.rules.diff', allow: TRIERS, handle: showDiff },
  { method: 'GET', path: '/admin/rules/change', operation: 'admin.rules.change', allow: TRIERS, handle: showChange },
  { method: 'POST', path: '/admin/rules/try', operation: 'admin.rules.try', allow: TRIERS, handle: tryChange },
  { method: 'GET', path: '/admin/rules/trials/:id', operation: 'admin.rules.trial', allow: TRIERS, handle: showTrial },
  { method: 'POST', path: '/admin/rules/trials/:id/activate', operation: 'admin.rules.activate', allow: ADMINS, handle: activateTrial },
  { method: 'GET', path: '/admin/thresholds', operation: 'admin.thresholds', allow: TRIERS, handle: showThresholds },
  { method: 'POST', path: '/admin/thresholds/undo', operation: 'admin.thresholds.undo', allow: ADMINS, handle: undoThreshold },
  { method: 'GET', path: '/admin/routing', operation: 'admin.routing', allow: TRIERS, handle: showRouting },
  { method: 'GET', path: '/admin/routing/versions/:version/file', operation: 'admin.routing.file', allow: TRIERS, handle: downloadRouting },
  { method: 'GET', path: '/admin/routing/change', operation: 'admin.routing.change', allow: ADMINS, handle: showRoutingChange },
  { method: 'POST', path: '/admin/routing/import', operation: 'admin.routing.import', allow: ADMINS, handle: importRules },
  { method: 'GET', path: '/admin/deadlines', operation: 'admin.deadlines', allow: TRIERS, handle: showDeadlines },
  { method: 'GET', path: '/admin/deadlines/versions/:version/file', operation: 'admin.deadlines.file', allow: TRIERS, handle: downloadDeadlines },
  { method: 'GET', path: '/admin/deadlines/change', operation: 'admin.deadlines.change', allow: TRIERS, handle: showDeadlineChange },
  { method: 'POST', path: '/admin/deadlines/try', operation: 'admin.deadlines.try', allow: TRIERS, handle: tryDeadlineChange },
  { method: 'GET', path: '/admin/deadlines/trials/:id', operation: 'admin.deadlines.trial', allow: TRIERS, handle: showDeadlineTrial },
  { method: 'POST', path: '/admin/deadlines/trials/:id/activate', operation: 'admin.deadlines.activate', allow: ADMINS, handle: activateDeadlineTrial },
  { method: 'GET', path: '/admin/calendar', operation: 'admin.calendar', allow: TRIERS, handle: showCalendar },
  { method: 'POST', path: '/admin/calendar/events', operation: 'admin.events.add', allow: TRIERS, handle: addKnownEvent },
  { method: 'POST', path: '/admin/calendar/events/:id/remove', operation: 'admin.events.remove', allow: TRIERS, handle: removeKnownEvent },
  { method: 'GET', path: '/admin/units', operation: 'admin.units', allow: ADMINS, handle: showUnits },
  { method: 'GET', path: '/admin/units/add', operation: 'admin.units.add', allow: ADMINS, handle: showUnitAdd },
  { method: 'GET', path: '/admin/units/:id', operation: 'admin.unit', allow: ADMINS, handle: showUnit },
  { method: 'POST', path: '/admin/units', operation: 'admin.units.save', allow: ADMINS, handle: saveTypedUnit },
  { method: 'GET', path: '/admin/places', operation: 'admin.places', allow: ADMINS, handle: showPlaces },
  { method: 'GET', path: '/admin/places/review', operation: 'admin.places.review', allow: ADMINS, handle: showReview },
  { method: 'POST', path: '/admin/places/review', operation: 'admin.places.decide', allow: ADMINS, handle: decidePair },
  { method: 'GET', path: '/admin/places/history', operation: 'admin.places.history', allow: ADMINS, handle: showPlaceHistory },
  { method: 'POST', path: '/admin/places/events/:event/undo', operation: 'admin.place.undo', allow: ADMINS, handle: undoPlaceEvent },
  { method: 'GET', path: '/admin/places/:id', operation: 'admin.place', allow: ADMINS, handle: showPlace },
  { method: 'POST', path: '/admin/places/:id/facts', operation: 'admin.place.facts', allow: ADMINS, handle: savePlaceFacts },
  { method: 'POST', path: '/admin/places/:id/spellings', operation: 'admin.place.spelling.add', allow: ADMINS, handle: addSpelling },
  { method: 'POST', path: '/admin/places/:id/spellings/remove', operation: 'admin.place.spelling.remove', allow: ADMINS, handle: removeSpelling },
  { method: 'POST', path: '/admin/places/:id/rename', operation: 'admin.place.rename', allow: ADMINS, handle: renameTyped },
  { method: 'POST', path: '/admin/places/:id/merge', operation: 'admin.place.merge', allow: ADMINS, handle: mergeTyped },
  { method: 'GET', path: '/admin/topics', operation: 'admin.topics', allow: ADMINS, handle: showTopics },
  { method: 'POST', path: '/admin/topics/family', operation: 'admin.topic.family', allow: ADMINS, handle: saveFamily },
  { method: 'POST', path: '/admin/topics/merge', operation: 'admin.topic.merge', allow: ADMINS, handle: mergeTypedTopics },
  { method: 'POST', path: '/admin/topics/events/:event/undo', operation: 'admin.topic.undo', allow: ADMINS, handle: undoTopicEvent },
  { method: 'GET', path: '/admin/subscriptions', operation: 'admin.subscriptions', allow: ADMINS, handle: showSubscriptions },
  { method: 'GET', path: '/admin/subscriptions/add', operation: 'admin.subscriptions.add', allow: ADMINS, handle: showAdd },
  { method: 'POST', path: '/admin/subscriptions/add', operation: 'admin.subscriptions.save', allow: ADMINS, handle: add },
  { method: 'GET', path: '/admin/subscriptions/:id', operation: 'admin.subscription', allow: ADMINS, handle: showSubscription },
  { method: 'POST', path: '/admin/subscriptions/:id/test', operation: 'admin.subscription.test', allow: ADMINS, handle: testMessage },
  { method: 'POST', path: '/admin/subscriptions/:id/state', operation: 'admin.subscription.state', allow: ADMINS, handle: changeState },
]

/** Every change here writes its own line to the audit (audited()). */
export const adminRoutes: readonly Route[] = ROUTES.map((route) => ({ ...route, ownNote: true }))
