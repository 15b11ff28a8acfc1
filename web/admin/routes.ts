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
import { activateTrial, showTrial } from './rules-trial.ts'
import { add, changeState, showAdd, showSubscription, showSubscriptions, testMessage } from './subscriptions-pages.ts'
import { showThresholds, undoThreshold } from './thresholds.ts'
import { saveTypedUnit, showPlaces, showUnit, showUnitAdd, showUnits } from './units-pages.ts'

export const adminRoutes: readonly Route[] = [
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
  { method: 'GET', path: '/admin/subscriptions', operation: 'admin.subscriptions', allow: ADMINS, handle: showSubscriptions },
  { method: 'GET', path: '/admin/subscriptions/add', operation: 'admin.subscriptions.add', allow: ADMINS, handle: showAdd },
  { method: 'POST', path: '/admin/subscriptions/add', operation: 'admin.subscriptions.save', allow: ADMINS, handle: add },
  { method: 'GET', path: '/admin/subscriptions/:id', operation: 'admin.subscription', allow: ADMINS, handle: showSubscription },
  { method: 'POST', path: '/admin/subscriptions/:id/test', operation: 'admin.subscription.test', allow: ADMINS, handle: testMessage },
  { method: 'POST', path: '/admin/subscriptions/:id/state', operation: 'admin.subscription.state', allow: ADMINS, handle: changeState },
]
