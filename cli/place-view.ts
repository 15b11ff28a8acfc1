/**
 * How places, pairs and merges look on the terminal, and as JSON.
 */
import type { TextKey } from '../core/texts.ts'
import type { EntityDetail, EntityRow } from '../pipelines/places/entities.ts'
import type { PlaceImport } from '../pipelines/places/import-places.ts'
import type { RecognisedView } from '../pipelines/places/recognise.ts'
import type { PlacePair } from '../pipelines/places/review.ts'
import type { MergeResult, TreeEventRow } from '../pipelines/trees/merge.ts'
import type { Session } from './session.ts'

const MOST_REJECTS = 10

export function printEntities(session: Session, rows: readonly EntityRow[]): void {
  if (session.json) return session.printJson(rows.map(viewOf))
  if (rows.length === 0) return session.print(session.text('cli.places.none'))
  session.printTable([
    { title: session.text('cli.column.place'), shrinkTo: 14, keep: 'end' }, { title: session.text('cli.places.column.kind') }, { title: session.text('cli.places.column.code'), dropFirst: 2 },
    { title: session.text('cli.places.column.households'), align: 'right', dropFirst: 1 }, { title: session.text('cli.places.column.tickets'), align: 'right' },
    { title: session.text('cli.places.column.aliases'), shrinkTo: 10, dropFirst: 3 }, { title: session.text('cli.places.column.merged'), shrinkTo: 10, keep: 'end', dropFirst: 4 },
  ], rows.map((row) => [row.path, session.text(`place.kind.${row.kind}` as TextKey), row.code ?? '', row.households === null ? '' : String(row.households), String(row.tickets), row.aliases.join('; '), row.mergedInto ?? '']))
}

export function printEntity(session: Session, entity: EntityDetail): void {
  if (session.json) return session.printJson({ ...viewOf(entity), leads: entity.leads, version: entity.version, events: entity.events })
  printEntities(session, [entity])
  for (const path of entity.leads) session.print(`← ${path}`)
  for (const { id, act, from, into, by, why } of entity.events) session.print(`${id}  ${session.text(`tree.act.${act}` as TextKey)}  ${from} → ${into}  ${by}: ${why}`)
}

export function printImport(session: Session, done: PlaceImport): void {
  if (session.json) return session.printJson(done)
  const { file, read, new: fresh, known, rejected, aliases, outlines, joined } = done
  session.print(session.text('cli.places.imported', { file, read, new: fresh, known, rejected, aliases, outlines, joined }))
  for (const { line, reason, value } of done.rejects.slice(0, MOST_REJECTS)) session.print(session.text('cli.places.rejected', { line, reason, value: value ?? '' }))
}

export function printMerge(session: Session, key: TextKey, { event, from, into, daysToCount }: MergeResult): void {
  if (session.json) return session.printJson({ id: event.id, act: event.act, from: from.path, into: into.path, by: event.by, why: event.why, undoes: event.undoes, days_to_count: daysToCount })
  session.print(session.text(key, { id: event.id, from: from.path, into: into.path, days: daysToCount }))
}

export function printPairs(session: Session, pairs: readonly PlacePair[]): void {
  if (session.json) return session.printJson(pairs)
  if (pairs.length === 0) return session.print(session.text('cli.places.no_pairs'))
  session.printTable([
    { title: session.text('cli.places.column.from'), shrinkTo: 12, keep: 'end' }, { title: session.text('cli.places.column.into'), shrinkTo: 12, keep: 'end' },
    { title: session.text('cli.places.column.score'), align: 'right' }, { title: session.text('cli.places.column.name_likeness'), align: 'right' }, { title: session.text('cli.places.column.metres'), align: 'right' },
    { title: session.text('cli.places.column.area') }, { title: session.text('cli.places.column.callers'), align: 'right' }, { title: session.text('cli.places.column.together'), align: 'right' },
    { title: session.text('cli.places.column.tickets'), align: 'right' },
  ], pairs.map(({ from, into, score, evidence }) => [
    from, into, score.toFixed(2), evidence.name.toFixed(2), evidence.metres === null ? '' : String(evidence.metres), session.text(`place.area.${evidence.area}` as TextKey), String(evidence.callers), String(evidence.together), evidence.tickets.join(' + '),
  ]))
}

export function printHistory(session: Session, events: readonly (TreeEventRow & { from: string, into: string })[]): void {
  if (session.json) return session.printJson(events.map(({ id, act, from, into, by, why, at, undoes, undoneBy }) => ({ id, act, from, into, by, why, at, undoes, undone_by: undoneBy })))
  if (events.length === 0) return session.print(session.text('cli.places.no_history'))
  session.printTable([
    { title: session.text('cli.column.id'), align: 'right' }, { title: session.text('cli.places.column.at') }, { title: session.text('cli.places.column.act') }, { title: session.text('cli.places.column.from'), shrinkTo: 12, keep: 'end' },
    { title: session.text('cli.places.column.merged'), shrinkTo: 12, keep: 'end' }, { title: session.text('cli.places.column.by'), shrinkTo: 8 }, { title: session.text('cli.places.column.why'), shrinkTo: 10 },
  ], events.map(({ id, at, act, from, into, by, why }) => [id, at.toISOString().slice(0, 16).replace('T', ' '), session.text(`tree.act.${act}` as TextKey), from, into, by, why]))
}

export function printUnresolved(session: Session, rows: readonly { source: string, tickets: number, unresolved: number, district: number, below: number }[]): void {
  if (session.json) return session.printJson(rows.map(({ source, tickets, unresolved, district, below }) => ({ source, tickets, unresolved, district, below })))
  session.printTable([
    { title: session.text('cli.places.column.source') }, { title: session.text('cli.places.column.tickets'), align: 'right' }, { title: session.text('cli.places.column.unresolved'), align: 'right' },
    { title: session.text('cli.places.column.district'), align: 'right' }, { title: session.text('cli.places.column.below'), align: 'right' },
  ], rows.map(({ source, tickets, unresolved, district, below }) => [source, String(tickets), String(unresolved), String(district), String(below)]))
}

export function printRecognised(session: Session, found: readonly RecognisedView[]): void {
  if (session.json) return session.printJson(found)
  if (found.length === 0) return session.print(session.text('cli.places.none'))
  session.printTable([
    { title: session.text('cli.column.place'), shrinkTo: 12, keep: 'end' }, { title: session.text('cli.places.column.kind') }, { title: session.text('cli.places.column.confidence'), align: 'right' }, { title: session.text('cli.places.column.how') },
  ], found.map(({ name, kind, confidence, by }) => [name, session.text(`place.kind.${kind}` as TextKey), confidence.toFixed(2), by]))
}

function viewOf(row: EntityRow): object {
  const { path, kind, name, code, households, lng, lat, developer, registered, mergedInto, aliases, tickets } = row
  return { path, kind, name, code, households, lng, lat, developer, registered, merged_into: mergedInto, aliases, tickets }
}
