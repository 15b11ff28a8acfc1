/**
 * Tickets of alerts as Open311 service requests: text redacted, places only as fine as three callers share, points only as the middle of a
 * cell of the map that three callers share.
 */
import { BadInputError } from '../../core/errors.ts'
import { redact } from '../../features/redact.ts'
import type { Queryable } from '../../sql/db.ts'
import { readRequests, readServiceTopics } from '../../sql/open311-requests.ts'
import type { RequestRow, ServiceTopicRow } from '../../sql/open311-requests.ts'
import { FEWEST_CALLERS } from '../report/facts.ts'

/** About 200 m of latitude. */
const CELLS_A_DEGREE = 500
const DAY_MS = 86_400_000
/** Days of a query that names none, and the most of one that does; of GeoReport v2. */
export const QUERY_DAYS = 90
export const PAGE_SIZE = 100
export const MOST_PAGE_SIZE = 1000

export interface ServiceRequest {
  service_request_id: string
  status: 'open' | 'closed'
  service_name: string
  service_code: string
  description: string
  agency_responsible: string
  requested_datetime: string
  updated_datetime: string
  expected_datetime: string
  address: string
  lat: number | null
  long: number | null
}

export interface OpenService { service_code: string, service_name: string, description: string, metadata: boolean, type: 'realtime', keywords: string, group: string }

export interface RequestQuery {
  ids?: readonly string[] | undefined
  services?: readonly number[] | undefined
  from?: Date | undefined
  until?: Date | undefined
  status?: 'open' | 'closed' | undefined
  page: number
  pageSize: number
}

/** The latest first. Ids override the dates. */
export async function listRequests(db: Queryable, { ids, services, from, until, status, page, pageSize }: RequestQuery, now: number): Promise<ServiceRequest[]> {
  const end = until ?? (from ? new Date(Math.min(now + DAY_MS, from.getTime() + QUERY_DAYS * DAY_MS)) : new Date(now + DAY_MS))
  const begin = from ?? new Date(end.getTime() - (QUERY_DAYS + 1) * DAY_MS)
  const rows = await readRequests(db, {
    ids: ids ?? null, topics: services ?? null, from: ids ? new Date(0) : begin, until: ids ? new Date(now + DAY_MS) : end, status: status ?? null, limit: pageSize, offset: (page - 1) * pageSize,
  }, CELLS_A_DEGREE)
  return rows.map(toRequest)
}

/** @throws {BadInputError} `no_such_request` */
export async function findRequest(db: Queryable, id: string, now: number): Promise<ServiceRequest> {
  const [found] = await listRequests(db, { ids: [id], page: 1, pageSize: 1 }, now)
  if (!found) throw new BadInputError('no_such_request', `no request has the id ${id}`, { id })
  return found
}

export async function listServices(db: Queryable): Promise<OpenService[]> {
  return (await readServiceTopics(db)).map(toService)
}

/** @throws {BadInputError} `no_such_service` */
export async function findService(db: Queryable, code: string): Promise<OpenService> {
  const [found] = /^\d{1,9}$/.test(code) ? await readServiceTopics(db, Number(code)) : []
  if (!found) throw new BadInputError('no_such_service', `no service has the code ${code}`, { code })
  return toService(found)
}

export function toRequest(row: RequestRow): ServiceRequest {
  const shared = row.callers >= FEWEST_CALLERS
  // The finest level of the place within which three callers of the alert are.
  const levels = row.atDepth.findLastIndex((callers) => callers >= FEWEST_CALLERS) + 1
  const located = shared && row.near >= FEWEST_CALLERS && row.lng !== null && row.lat !== null
  return {
    service_request_id: row.id, status: row.closedAt === null ? 'open' : 'closed', service_name: row.topic, service_code: String(row.topicId),
    description: shared ? [row.title, row.content].filter((text) => text !== null && text !== '').map((text) => redact(text!)).join('\n') : '', agency_responsible: row.unit ?? '',
    requested_datetime: row.requestedAt.toISOString(), updated_datetime: row.updatedAt.toISOString(), expected_datetime: row.dueAt?.toISOString() ?? '',
    address: row.place.slice(0, levels).join(' › '), lat: located ? middle(row.lat!) : null, long: located ? middle(row.lng!) : null,
  }
}

function middle(degrees: number): number {
  return Math.round(((Math.floor(degrees * CELLS_A_DEGREE) + 0.5) / CELLS_A_DEGREE) * 1e6) / 1e6
}

function toService({ id, name, family, path }: ServiceTopicRow): OpenService {
  return { service_code: String(id), service_name: name, description: path.split('›').join(' › '), metadata: false, type: 'realtime', keywords: '', group: family }
}
