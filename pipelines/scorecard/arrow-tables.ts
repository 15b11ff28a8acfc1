/**
 * The tables of surges and of alerts as Arrow files, for analysts.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { encodeColumns } from '../../features/arrow-columns.ts'
import type { Cell, ColumnKind, TableColumn } from '../../features/arrow-columns.ts'
import type { AlertScoreRow } from './alert-rows.ts'
import type { ScoreCard } from './card.ts'
import type { SurgeRow } from './surge-rows.ts'

type Columns<Row> = readonly (readonly [name: keyof Row & string, kind: ColumnKind, unit: string])[]

const SURGES: Columns<SurgeRow> = [
  ['id', 'text', 'id of the episode'], ['kind', 'text', 'kind of the episode'], ['place', 'text', 'names from the city down, joined by ›'],
  ['topic', 'text', 'names from the top down, joined by ›'], ['from', 'date', 'first day'], ['until', 'date', 'last day'],
  ['tickets', 'whole', 'tickets known by the last night'], ['callers', 'whole', 'distinct callers; a ticket without caller counts as one'],
  ['cluster', 'flag', '20 tickets or more'], ['unjudged', 'text', 'why it is not asked whether it was told in time; empty where it is'],
  ['found', 'flag', 'an alert was about it'], ['in_time', 'flag', 'by its fifth caller'], ['in_time_above_blue', 'flag', 'the same, above blue'],
  ['in_time_sent', 'flag', 'the same, above blue and within the budget of the unit'], ['first_alert', 'date', 'first night with an alert about it'],
  ['alert_id', 'text', 'that alert'], ['level', 'text', 'its level on that night'], ['ticket_number', 'whole', 'tickets known on that night'],
  ['caller_number', 'whole', 'distinct callers known on that night'], ['fifth_caller', 'date', 'night on which the fifth caller was known, or the last'],
  ['twentieth_ticket', 'date', 'night on which the twentieth ticket was known'], ['peak', 'date', 'last day of the seven with most tickets'],
  ['lead_10', 'whole', 'days from the first alert to the night of the tenth ticket'], ['lead_20', 'whole', 'days, twentieth ticket'],
  ['lead_50', 'whole', 'days, fiftieth ticket'], ['lead_peak', 'whole', 'days, peak'], ['lineage_nights', 'whole', 'nights with an alert about it'],
  ['lineage_agreeing', 'whole', 'nights on which the foremost lineage was the episode\'s own'], ['alerts', 'whole', 'lineages of alerts that were about it'],
]

const ALERTS: Columns<AlertScoreRow> = [
  ['id', 'text', 'id of the alert'], ['kind', 'text', 'kind of the alert'], ['first_level', 'text', 'level on its first night in the range'], ['level', 'text', 'highest level'],
  ['rule', 'text', 'rule of the first level'], ['place', 'text', 'names from the city down, joined by ›'], ['family', 'text', 'names from the top down, joined by ›'],
  ['first_night', 'date', 'first night in the range'], ['last_night', 'date', 'last night in the range'], ['nights', 'whole', 'nights with a signal'],
  ['earlier', 'flag', 'open already when the range began'], ['outcome', 'text', 'true, false or forbidden'], ['episodes', 'text', 'episodes it was about, joined by blanks'],
  ['most_recurrence_days', 'number', 'longest recurrence interval, days'], ['lead_unit', 'text', 'lead unit'],
]

/** @returns the paths of the files */
export async function writeScoreTables(directory: string, card: ScoreCard, alerts: readonly AlertScoreRow[]): Promise<string[]> {
  const dir = resolve(directory)
  await mkdir(dir, { recursive: true })
  const meta = { source: 'weisu score', from: card.from, until: card.until, nights: String(card.nights), episodes_from: card.episodes_from }
  const files = [
    { path: join(dir, 'surges.arrow'), bytes: encodeColumns(columnsOf(SURGES, card.surges), { ...meta, table: 'surges' }) },
    { path: join(dir, 'alerts.arrow'), bytes: encodeColumns(columnsOf(ALERTS, alerts), { ...meta, table: 'alerts' }) },
  ]
  for (const { path, bytes } of files) await writeFile(path, bytes)
  return files.map(({ path }) => path)
}

function columnsOf<Row>(columns: Columns<Row>, rows: readonly Row[]): TableColumn[] {
  return columns.map(([name, kind, unit]) => ({ name, kind, unit, values: rows.map((row) => cellOf(row[name], name)) }))
}

function cellOf(value: unknown, name: string): Cell {
  if (Array.isArray(value)) return value.join(name === 'episodes' ? ' ' : '›')
  return value as Cell
}
