/**
 * `weisu calendar`: what rose in the coming weeks of past years; `weisu leads`: which topic goes before which.
 */
import type { Command } from 'commander'
import type { Calendar, CalendarRow, LeadList } from '../../pipelines/season/calendar.ts'
import { addCommand, dayOption, option, wholeOption } from '../command.ts'
import type { Setup } from '../command.ts'
import type { Session } from '../session.ts'
import { shownNight } from '../shown-night.ts'
import { withStore } from '../store.ts'

const WEEKS = 8

export function addCalendar(program: Command, setup: Setup): void {
  const { locale } = setup
  addCommand(program, setup, {
    name: 'calendar',
    examples: ['weisu calendar', 'weisu calendar --date 2026-10-25 --weeks 4 --json'],
    work: async (session, _, options) => withStore(session, 'calendar', async (db) => {
      const { listCalendar } = await import('../../pipelines/season/calendar.ts')
      const { date, weeks } = options as { date?: string, weeks: number }
      const night = await shownNight(session, db, date)
      const calendar = night === null ? null : await listCalendar(db, night, weeks)
      if (session.json) session.printJson(calendar)
      else if (calendar === null) session.say('cli.calendar.never')
      else printCalendar(session, calendar)
    }),
  })
    .addOption(option(locale, '--date <date>', 'cli.calendar.date', dayOption(locale)))
    .addOption(option(locale, '--weeks <n>', 'cli.calendar.weeks', wholeOption(locale, 1, 26)).default(WEEKS))
}

export function addLeads(program: Command, setup: Setup): void {
  const { locale } = setup
  addCommand(program, setup, {
    name: 'leads',
    examples: ['weisu leads', 'weisu leads --date 2026-10-25 --json'],
    work: async (session, _, options) => withStore(session, 'leads', async (db) => {
      const { listLeads } = await import('../../pipelines/season/calendar.ts')
      const night = await shownNight(session, db, (options as { date?: string }).date)
      const leads = night === null ? null : await listLeads(db, night)
      if (session.json) session.printJson(leads)
      else if (leads === null) session.say('cli.calendar.never')
      else printLeads(session, leads)
    }),
  }).addOption(option(locale, '--date <date>', 'cli.calendar.date', dayOption(locale)))
}

function printCalendar(session: Session, { sunday, tested, rows }: Calendar): void {
  const { text } = session
  if (rows.length === 0) return session.print(text('cli.calendar.none', { sunday, tested }))
  session.say('cli.calendar.heading', { sunday, tested })
  session.printTable([
    { title: text('cli.calendar.begins') },
    { title: text('cli.calendar.peak'), dropFirst: 3 },
    { title: text('cli.column.place'), shrinkTo: 8, keep: 'end' },
    { title: text('cli.column.topic'), shrinkTo: 8 },
    { title: text('cli.calendar.now'), align: 'right' },
    { title: text('cli.calendar.expected'), align: 'right' },
    { title: text('cli.calendar.factor'), align: 'right' },
    { title: text('cli.calendar.years'), shrinkTo: 12, dropFirst: 1 },
    { title: text('cli.calendar.areas'), shrinkTo: 10, dropFirst: 2 },
  ], rows.map((row) => [
    row.begun ? text('cli.calendar.begun') : row.begins_on, row.peaks_on, row.place.slice(-2).join(' › '), row.family.at(-1)!,
    String(Math.round(row.present)), String(Math.round(row.expected)), `${row.factor.toFixed(1)} (${row.low.toFixed(1)}–${row.high.toFixed(1)})`,
    yearsText(session, row), areasText(session, row),
  ]))
}

function yearsText(session: Session, { years, once }: CalendarRow): string {
  const risen = years.filter((year) => year.callers > 0).map((year) => year.from)
  return once ? session.text('cli.calendar.once', { from: risen[0] ?? '–' }) : risen.join(' ')
}

function areasText(session: Session, { areas }: CalendarRow): string {
  return areas.map((area) => session.text('season.area', { place: area.place.at(-1)!, share: `${Math.round(area.share * 100)}%` })).join(session.text('season.comma')) || '–'
}

function printLeads(session: Session, { sunday, tested, rows }: LeadList): void {
  const { text } = session
  if (rows.length === 0) return session.print(text('cli.leads.none', { sunday, tested }))
  session.say('cli.leads.heading', { sunday, tested })
  session.printTable([
    { title: text('cli.leads.before'), shrinkTo: 10 },
    { title: text('cli.leads.after'), shrinkTo: 10 },
    { title: text('cli.leads.lag'), align: 'right' },
    { title: text('cli.leads.lift'), align: 'right' },
    { title: text('cli.leads.hits'), align: 'right' },
    { title: text('cli.leads.places'), align: 'right' },
    { title: text('cli.leads.example'), shrinkTo: 16, dropFirst: 1 },
  ], rows.map((row) => [
    row.before.at(-1)!, row.after.at(-1)!, `${row.lag_weeks[1]} (${row.lag_weeks[0]}–${row.lag_weeks[2]})`, row.lift.toFixed(1), `${row.hits} / ${row.rises}`, String(row.places),
    row.examples.slice(0, 1).map((one) => `${one.place.at(-1)!} ${one.before} → ${one.after}`).join(''),
  ]))
}
