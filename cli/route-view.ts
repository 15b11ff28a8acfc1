/**
 * Routing told on a terminal: versions, faults of a file, and the steps to an owner.
 */
import type { TextKey } from '../core/texts.ts'
import { describeExpected } from '../pipelines/alert-text.ts'
import type { AffectedPlace, AlertRouting } from '../pipelines/routing/alert-routing.ts'
import type { RouteExplanation } from '../pipelines/routing/explain.ts'
import { LEAST_CLOSED } from '../pipelines/routing/learned.ts'
import type { Suggestion } from '../pipelines/routing/learned.ts'
import type { RuleFault } from '../pipelines/routing/rules-file.ts'
import type { Unmapped } from '../pipelines/routing/unmapped.ts'
import type { RoutingVersion } from '../pipelines/routing/versions.ts'
import { formatShare } from './format.ts'
import type { Session } from './session.ts'

export function printRoutingVersions(session: Session, versions: readonly RoutingVersion[]): void {
  session.printTable([
    { title: session.text('cli.route.column.version'), align: 'right' }, { title: session.text('cli.route.column.from') },
    { title: session.text('cli.route.column.rules'), align: 'right' }, { title: session.text('cli.route.column.author') },
    { title: session.text('cli.route.column.source'), shrinkTo: 16 }, { title: session.text('cli.route.column.note'), shrinkTo: 12, dropFirst: 1 },
  ], versions.map((one) => [String(one.version), one.from, String(one.rules), one.author, one.source, one.note]))
}

/** @param n  rules without a fault */
export function printFaults(session: Session, faults: readonly RuleFault[], n: number): void {
  if (faults.length === 0) return session.print(session.text('cli.route.sound', { n }))
  for (const { line, rule, column, value, reason, near } of faults) {
    const what = session.text(`route.fault.${reason}` as TextKey, { near: near.join(', ') || '–' })
    session.print(session.text('cli.route.fault', { line: String(line), rule: rule || '–', column, value, what }))
  }
}

export function printRoute(session: Session, route: RouteExplanation): void {
  const step = (name: string): string => session.text(`route.step.${name}` as TextKey)
  session.print(session.paint('bold', session.text('cli.route.winner', {
    place: route.place.join(' › '), topic: route.topic.join(' › ') || session.text('alert.all_topics'), unit: route.unit, step: step(route.step),
  })))
  session.print(route.version === null ? session.text('cli.route.no_version', { night: route.night }) : session.text('cli.route.version', { version: String(route.version), night: route.night }))
  if (route.territory_unit !== null) session.print(session.text('cli.route.territory', { unit: route.territory_unit }))
  const helping = route.co_units.filter((unit) => unit !== route.territory_unit)
  if (helping.length > 0) session.print(session.text('cli.route.co', { units: helping.join(session.locale === 'zh' ? '、' : ', ') }))
  session.print('')
  session.printTable([
    { title: session.text('cli.route.column.step') }, { title: session.text('cli.route.column.outcome') }, { title: session.text('cli.route.column.unit'), shrinkTo: 10 },
    { title: session.text('cli.route.column.rule') }, { title: session.text('cli.route.column.source'), shrinkTo: 12, dropFirst: 1 },
  ], route.steps.map((one) => [step(one.step), session.text(`route.outcome.${one.outcome}` as TextKey), one.unit ?? '–', one.rule ?? '', one.source ?? '']))
  session.print('')
  session.print(route.suggestion ? suggestionText(session, route.suggestion) : session.text('cli.route.no_suggestion', { least: LEAST_CLOSED }))
}

function suggestionText(session: Session, { unit, closed, of, low, high, confidence, place, family, returned }: Suggestion): string {
  return session.text('cli.route.suggestion', {
    unit, closed, of, place: place.replaceAll('›', ' › '), family: family.replaceAll('›', ' › ') || session.text('alert.all_topics'), returned,
    share: formatShare(session.locale, closed, of), low: formatShare(session.locale, low, 1), high: formatShare(session.locale, high, 1), confidence: session.text(`route.confidence.${confidence}` as TextKey),
  })
}

export function printUnmapped(session: Session, rows: readonly Unmapped[]): void {
  if (rows.length === 0) return session.print(session.text('cli.route.unmapped.none'))
  session.printTable([
    { title: session.text('cli.column.place'), shrinkTo: 12, keep: 'end' }, { title: session.text('cli.column.topic'), shrinkTo: 10, keep: 'end' },
    { title: session.text('cli.route.column.alerts'), align: 'right' }, { title: session.text('cli.route.column.suggestion'), shrinkTo: 10 },
  ], rows.map((row) => [row.place.join(' › '), row.family.join(' › ') || session.text('alert.all_topics'), String(row.alerts.length), row.suggestion === null ? '–' : `${row.suggestion.unit} ${formatShare(session.locale, row.suggestion.closed, row.suggestion.of)}`]))
}

/** How an alert came to its lead, why nobody was told, and where it is. */
export function printAlertRouting(session: Session, { routing, places }: { routing: AlertRouting | null, places: readonly AffectedPlace[] }): void {
  if (routing) {
    session.print('')
    session.print(session.text('cli.route.came_by', { step: session.text(`route.step.${routing.step}` as TextKey) + (routing.rule === null ? '' : ` (${routing.rule})`) }))
    if (routing.refused.length > 0) session.print(session.text('cli.route.refused', { units: routing.refused.join(session.locale === 'zh' ? '、' : ', ') }))
    if (routing.suggestion) session.print(suggestionText(session, routing.suggestion))
    if (routing.held !== null) session.print(session.text('cli.route.held', { why: session.text(`withheld.${routing.held}` as TextKey, { by: routing.held_by ?? '' }) }))
  }
  if (places.length === 0) return
  session.print(`\n${session.text('cli.route.places', { n: places.length })}`)
  session.printTable([
    { title: session.text('cli.column.place'), shrinkTo: 12, keep: 'end' }, { title: session.text('cli.column.observed'), align: 'right' },
    { title: session.text('cli.column.usual'), align: 'right' }, { title: session.text('cli.events.alert'), dropFirst: 1 },
  ], places.map((row) => [row.place.slice(1).join(' › '), String(row.callers), row.usual === null ? '–' : describeExpected(session.locale, row.usual), row.alert ?? '']), '  ')
}
