/**
 * Alerts for programs: a page of them, or one with all that stands around it, each with the tag of the state it is in.
 */
import type { Locale } from '../core/config.ts'
import { BadInputError } from '../core/errors.ts'
import { readAlertDetail } from '../sql/alert-detail.ts'
import type { AlertDetail } from '../sql/alert-detail.ts'
import { readAlertPage } from '../sql/alert-pages.ts'
import type { AlertFilter } from '../sql/alert-pages.ts'
import type { Queryable } from '../sql/db.ts'
import { readPlaces, readTopics } from '../sql/trees.ts'
import { readLifeSummaries } from './alert-life/timeline.ts'
import type { LifeSummary } from './alert-life/timeline.ts'
import { presentAlert } from './alerts.ts'
import type { AlertRow } from './alerts.ts'
import { readAlertGroups } from './issues/alert-groups.ts'
import type { AlertGroup } from './issues/alert-groups.ts'
import { readAlertRouting } from './routing/alert-routing.ts'
import type { AffectedPlace, AlertRouting } from './routing/alert-routing.ts'

export type { AlertFilter } from '../sql/alert-pages.ts'

export interface PagedAlert extends AlertRow {
  life: LifeSummary
  /** Names this state of the alert: what people did, and its last night. */
  etag: string
}

export interface WholeAlert extends PagedAlert, Pick<AlertDetail, 'series' | 'events' | 'ended_on' | 'lead_reason'> {
  routing: AlertRouting | null
  places: AffectedPlace[]
  /** Groups of one cause among its tickets as of its last night. */
  groups: AlertGroup[]
}

/** The latest signal first. @param limit one more than it is read, to know whether more follow */
export async function pageAlerts(db: Queryable, filter: AlertFilter, limit: number, locale: Locale): Promise<{ alerts: PagedAlert[], more: boolean }> {
  const rows = await readAlertPage(db, filter, limit + 1)
  const shown = rows.slice(0, limit)
  if (shown.length === 0) return { alerts: [], more: false }
  const [places, topics] = [await readPlaces(db), await readTopics(db)]
  const lives = await readLifeSummaries(db, shown.map(({ id }) => id))
  return {
    more: rows.length > limit,
    alerts: shown.map((row) => {
      const life = lives.get(row.id)!
      return { ...presentAlert(row, places, topics, locale), life, etag: alertTag(life.version, row.lastNight) }
    }),
  }
}

/** @throws {BadInputError} `no_such_alert`: there is none, or not for who asks */
export async function readWholeAlert(db: Queryable, id: string, locale: Locale): Promise<WholeAlert> {
  const { alerts: [alert] } = await pageAlerts(db, { id }, 1, locale)
  const detail = alert && await readAlertDetail(db, id)
  if (!alert || !detail) throw new BadInputError('no_such_alert', `no alert has the id ${id}`, { id })
  const { series, events, ended_on, lead_reason } = detail
  return { ...alert, series, events, ended_on, lead_reason, ...await readAlertRouting(db, id), groups: await readAlertGroups(db, id, alert.last_night) }
}

export function alertTag(version: number, lastNight: string): string {
  return `v${version}.${lastNight}`
}
