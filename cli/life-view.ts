/**
 * An alert's life on the terminal: what an act did, the state, the joint work, and the timeline.
 */
import type { TextKey } from '../core/texts.ts'
import type { Acted } from '../pipelines/alert-life/act.ts'
import type { Outcome } from '../pipelines/alert-life/outcome.ts'
import type { AlertLifeView, TimelineEntry } from '../pipelines/alert-life/timeline.ts'
import { actWord, describeState, findingWord, partyStateWord, partyWord, roleWord, rungWord } from '../pipelines/alert-life/wording.ts'
import { RUNGS } from '../pipelines/alert-state.ts'
import type { Act, Finding, Role, Rung } from '../pipelines/alert-state.ts'
import { clockWord } from '../pipelines/clocks/wording.ts'
import type { EffectRow } from '../pipelines/learn/effect.ts'
import { clockEventWord } from './clock-view.ts'
import type { Session } from './session.ts'
import { renderFields } from './table.ts'
import { printable } from './width.ts'

export function printActed(session: Session, { event, life }: Acted): void {
  if (session.json) {
    return session.printJson({
      alert_id: life.alertId, act: event.act, number: event.seq, version: life.version, before: event.before, state: life.state, finding: life.finding, round: life.round, escalated: life.escalated,
      snoozed_until: life.snoozedUntil, by: event.by, unit: event.unit, role: event.role, at: event.at, known_on: event.knownOn,
    })
  }
  session.print(session.text('cli.life.done', { number: event.seq, act: actWord(session.locale, event.act), id: life.alertId, state: describeState(session.locale, { ...life, snoozed_until: life.snoozedUntil }), version: life.version }))
}

export function printLife(session: Session, view: AlertLifeView): void {
  if (session.json) return session.printJson(view)
  const { text, locale } = session
  const { work } = view
  session.print(renderFields([
    [text('cli.life.state'), describeState(locale, view)],
    [text('cli.life.version'), String(view.version)],
    [text('cli.life.round'), String(view.round)],
    ...view.parties.map((party) => [partyWord(locale, party.kind), `${party.unit} · ${partyStateWord(locale, party.state)}`] as const),
    ...(view.merged_into === null ? [] : [[text('cli.life.into'), view.merged_into] as const]),
    ...view.look_backs.map(({ days, on }) => [text('cli.life.look_back', { days }), on] as const),
    ...(work.task_force === null ? [] : [[text('cli.life.task_force'), [`${work.task_force.lead}: ${work.task_force.charter}`, ...work.task_force.members].join(' · ')] as const]),
    ...(view.progress.of === 0 ? [] : [[text('cli.life.milestones'), text('cli.life.progress', view.progress)] as const]),
  ]))
  const items = [
    ...work.tasks.map((it) => [it.id, text('cli.life.task'), it.unit, it.text, it.due ?? '–', text(`cli.item.${it.state}`)]),
    ...work.commitments.map((it) => [it.id, text('cli.life.commitment'), it.party, it.text, it.due, text(`cli.item.${it.state}`)]),
    ...work.milestones.map((it) => [it.id, text('cli.life.milestone'), '–', it.text, it.due, text(it.reached_on === null ? 'cli.item.open' : 'cli.item.done')]),
  ]
  if (items.length > 0) {
    session.print('')
    session.printTable([
      { title: text('cli.life.number'), align: 'right' }, { title: text('cli.life.what') }, { title: text('cli.life.whose'), shrinkTo: 8 }, { title: text('cli.life.about'), shrinkTo: 12 }, { title: text('cli.life.due_title') }, { title: text('cli.life.state') },
    ], items)
  }
  session.print(`\n${text('cli.life.timeline')}`)
  session.printTable([{ title: text('cli.life.number'), align: 'right' }, { title: text('cli.life.when') }, { title: text('cli.life.what') }, { title: text('cli.life.who'), shrinkTo: 10 }, { title: text('cli.life.note'), shrinkTo: 10 }],
    view.timeline.map((entry) => lineOf(session, entry)), '  ')
}

function lineOf(session: Session, entry: TimelineEntry): string[] {
  if (entry.kind === 'night') return ['', entry.night, session.text(`cli.event.${entry.event}` as TextKey), session.text('cli.life.night'), [entry.before, entry.after].filter((value) => value !== null).map((value) => nightValue(session, value)).join(' → ')]
  if (entry.kind === 'clock') {
    const who = entry.role === 'system' ? session.text('role.system') : `${entry.by} · ${entry.unit} · ${roleWord(session.locale, entry.role as Role)}`
    return ['', entry.known_on, clockEventWord(session, entry), who, printable([`${clockWord(session.locale, entry.clock)} (${entry.owner})`, entry.why].filter((word) => word !== '').join(' · '))]
  }
  const { detail } = entry
  const given = [detail.finding && findingWord(session.locale, detail.finding as Finding), RUNGS.includes(detail.rung as Rung) && rungWord(session.locale, detail.rung as Rung), detail.unit, detail.into, detail.from_alert, detail.level && nightValue(session, String(detail.level)),
    detail.until, detail.text, (detail.file as { name?: string } | undefined)?.name].filter((word) => word).map(String)
  return [String(entry.version), entry.known_on, actWord(session.locale, entry.act as Act), `${entry.by} · ${entry.unit} · ${roleWord(session.locale, entry.role as Role)}`, printable([...given, entry.why].filter((word) => word !== '').join(' · '))]
}

const LEVEL_KEYS = ['blue', 'yellow', 'orange', 'red'] as const

function nightValue(session: Session, value: string): string {
  return (LEVEL_KEYS as readonly string[]).includes(value) ? session.text(`cli.level.${value}` as TextKey) : value.replaceAll('›', ' › ')
}

export function printOutcomes(session: Session, id: string, night: string, outcomes: readonly Outcome[]): void {
  if (session.json) return session.printJson(outcomes)
  if (outcomes.length === 0) return session.print(session.text('cli.outcome.none', { id, night }))
  for (const { struck_off_on: on, returned_on: returned, after } of outcomes) {
    session.print(session.text(returned === null ? 'cli.outcome.held' : 'cli.outcome.returned', { on, returned: returned ?? '' }))
    for (const { days, tickets, callers, matched } of after) {
      session.print(`  ${tickets === null ? session.text('cli.outcome.too_early', { days }) : session.text('cli.outcome.after', { days, tickets, callers: callers ?? 0 })}${tickets === null ? '' : ` · ${matchedWords(session, matched)}`}`)
    }
  }
}

function matchedWords(session: Session, matched: EffectRow | null): string {
  if (matched === null || matched.matched === 0) return session.text('cli.outcome.unmatched')
  return session.text('cli.outcome.matched', { own: matched.after ?? 0, controls: matched.controls, after: matched.after_controls ?? 0 })
}
