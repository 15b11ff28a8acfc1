/**
 * The tables that a night writes, and a schema of their own for nights of the past: created like those of `public`, with
 * keys, checks, defaults, indexes and foreign keys, cascades included. What a night only reads (tickets, counts, places,
 * topics, known events) has one copy, in `public`; statements find both by `search_path = <schema>, public`.
 */
import pg from 'pg'
import type { Queryable } from './db.ts'

/**
 * Everything that a night writes about signals, alerts, forecasts, reviews and learning, and its entries in the ledger. A table
 * that a night writes stands here, and every statement names it without a schema; a replay would else write to the live one.
 */
export const NIGHT_TABLES = [
  'runs', 'run_steps', 'signals', 'night_coverage', 'alerts', 'alert_nights', 'alert_facts', 'alert_series', 'alert_events', 'alert_tickets',
  'notices', 'forecasts', 'forecast_days', 'forecast_models', 'forecast_reviews', 'reviews', 'rank_items', 'rankers', 'threshold_moves', 'weekly_tables', 'seasonal_outlook', 'topic_leads',
  'alert_routes', 'alert_places', 'routing_counts', 'report_documents', 'word_bursts',
] as const

export type NightTable = (typeof NIGHT_TABLES)[number]

/** Lower case, so that it needs no quotes in a search path. */
const SCHEMA = /^[a-z][a-z0-9_]{0,62}$/

/**
 * Makes the schema with empty night tables. Foreign keys between night tables stay within the schema, all others lead to `public`.
 * Inside a transaction: all of it or nothing.
 *
 * @throws the schema is there already
 */
export async function createNightSchema(client: Queryable, schema: string): Promise<void> {
  const name = schemaName(schema)
  await client.query(`create schema ${name}`)
  for (const table of NIGHT_TABLES) await client.query(`create table ${name}.${table} (like public.${table} including all)`)
  // Read with `public` in sight, so that the referenced tables come without a schema, and added with the new schema in front.
  await client.query('set local search_path = public')
  const { rows } = await client.query<{ table: string, name: string, definition: string }>(
    `select c.conrelid::regclass::text as table, c.conname as name, pg_get_constraintdef(c.oid) as definition
     from pg_constraint c
     where c.contype = 'f' and c.connamespace = 'public'::regnamespace and c.conrelid = any (select ('public.' || t)::regclass from unnest($1::text[]) as t)
     order by 1, 2`, [[...NIGHT_TABLES]])
  await client.query(`set local search_path = ${name}, public`)
  for (const key of rows) await client.query(`alter table ${name}.${key.table} add constraint ${pg.escapeIdentifier(key.name)} ${key.definition}`)
  await client.query('set local search_path = public')
}

/** Drops the schema and all that is in it. */
export async function dropNightSchema(client: Queryable, schema: string): Promise<void> {
  await client.query(`drop schema if exists ${schemaName(schema)} cascade`)
}

/** Empties the night tables of the schema. */
export async function clearNightSchema(client: Queryable, schema: string): Promise<void> {
  const name = schemaName(schema)
  await client.query(`truncate ${NIGHT_TABLES.map((table) => `${name}.${table}`).join(', ')}`)
}

/** @throws {TypeError} no plain lower-case name, or the live schema itself: nothing of it may be dropped */
export function schemaName(schema: string): string {
  if (!SCHEMA.test(schema) || schema === 'public' || schema.startsWith('pg_')) throw new TypeError(`not a schema for nights: ${schema}`)
  return pg.escapeIdentifier(schema)
}
