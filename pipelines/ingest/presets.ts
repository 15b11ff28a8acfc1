/**
 * What does each known ticket format look like? One JSON file a format in presets/; a new city is a new file there.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { InvalidOptionError } from '../../core/errors.ts'
import type { DateOrder } from './dates.ts'

/** Fields of a ticket that a column can hold, in the order in which they are written to the staging table. */
export const TICKET_FIELDS = [
  'ticket_no', 'accepted_at', 'recorded_at', 'appeal_type', 'topic_path', 'topic_code', 'topic_l1', 'topic_l2', 'topic_l3', 'topic_l4',
  'title', 'content', 'address_text', 'district', 'street', 'community', 'compound', 'grid_code', 'lng', 'lat', 'lead_unit', 'co_units',
  'dispatched_at', 'deadline_at', 'closed_at', 'status', 'urgency', 'caller_raw_drop', 'repeat_of', 'dup_count', 'urge_count', 'return_count',
  'extend_count', 'rework_count', 'solved', 'csat_first', 'csat_final', 'channel', 'is_secret', 'unreasonable_state', 'tags', 'group_label',
  'is_group_label', 'ignore',
] as const
export type TicketField = (typeof TICKET_FIELDS)[number]

export interface Preset {
  name: string
  title: [zh: string, en: string]
  /** Name of the root place, unless the import names another. */
  city: string
  country: string
  time_zone: string
  datum: 'WGS-84' | 'GCJ-02' | 'BD-09' | 'CGCS2000'
  locale: 'zh' | 'en'
  encoding: string[]
  date_order: DateOrder
  /** Texts that mean "nothing was said"; compared after trimming and NFKC. */
  nulls: string[]
  topic_separators: string[]
  unit_separators: string[]
  /** Channels by which staff enter tickets; bulk entry is looked for there first. */
  staff_channels: string[]
  /** 'text' looks for places in title and content where the place columns are empty. */
  places: 'columns' | 'text'
  /** Rows with one of these values in the field are no tickets. */
  drop_where?: Partial<Record<TicketField, string[]>>
  /** Field → column names, best first. `ignore` lists columns that are known and not wanted. */
  map: Partial<Record<TicketField, string[]>>
}

const DIRECTORY = new URL('presets/', import.meta.url)
let cache: ReadonlyMap<string, Preset> | undefined

/** All presets by name, in the order of their names. */
export function readPresets(): ReadonlyMap<string, Preset> {
  cache ??= new Map(readdirSync(DIRECTORY).filter((file) => file.endsWith('.json')).sort().map((file) => {
    const preset = JSON.parse(readFileSync(new URL(file, DIRECTORY), 'utf8')) as Preset
    return [preset.name, preset]
  }))
  return cache
}

/** @throws {InvalidOptionError} no such preset */
export function readPreset(name: string): Preset {
  const preset = readPresets().get(name)
  if (!preset) throw new InvalidOptionError('--preset', name, `auto or one of ${[...readPresets().keys()].join(', ')}`)
  return preset
}
