/**
 * Units, places and topics page by page.
 */
import type { Queryable } from './db.ts'

export interface PlacePageRow { id: number, parent_id: number | null, kind: string, name: string, path: string[], lng: number | null, lat: number | null }

/** In the order of ids, from after `after` on. */
export async function readPlacePage(db: Queryable, { parent, kind, after }: { parent?: number | undefined, kind?: string | undefined, after?: number | undefined }, limit: number): Promise<PlacePageRow[]> {
  return (await db.query<PlacePageRow & Record<string, unknown>>(
    `select id, parent_id, kind, name, string_to_array(path, '›') as path, lng, lat from places
     where id > $1 and ($2::int is null or parent_id = $2) and ($3::text is null or kind = $3) order by id limit $4`, [after ?? 0, parent ?? null, kind ?? null, limit])).rows
}

export interface TopicPageRow { id: number, parent_id: number | null, name: string, path: string[], family_id: number | null }

/** Without the root, which stands for all topics together. */
export async function readTopicPage(db: Queryable, { parent, after }: { parent?: number | undefined, after?: number | undefined }, limit: number): Promise<TopicPageRow[]> {
  return (await db.query<TopicPageRow & Record<string, unknown>>(
    `select id, parent_id, name, string_to_array(path, '›') as path, family_id from topics
     where id > $1 and depth > 0 and ($2::int is null or parent_id = $2) order by id limit $3`, [after ?? 0, parent ?? null, limit])).rows
}

export interface UnitPageRow { id: number, name: string, kind: string }

export async function readUnitPage(db: Queryable, after: number, limit: number): Promise<UnitPageRow[]> {
  return (await db.query<UnitPageRow & Record<string, unknown>>('select id, name, kind from units where id > $1 order by id limit $2', [after, limit])).rows
}
