/**
 * What the web's login role may do with which table; rows are left to the policies (sql/migrations/0032_accounts_and_walls.sql). A table that is not
 * here is closed to the web. Who adds a table that pages read adds a line here and, unless everybody who is signed in may
 * read all of it, a policy in the migration that makes the table.
 */
import pg from 'pg'
import type { Queryable } from './db.ts'

type Privilege = 'select' | 'insert' | 'update' | 'delete'

const READ: readonly Privilege[] = ['select']
const ADD: readonly Privilege[] = ['select', 'insert']
const CHANGE: readonly Privilege[] = ['select', 'insert', 'update']
const REMOVABLE: readonly Privilege[] = ['select', 'insert', 'delete']
const ALL: readonly Privilege[] = ['select', 'insert', 'update', 'delete']

/** Tables without a policy of their own: aggregates and registers that everybody who is signed in may read. */
const OPEN = {
  sources: READ, import_batches: READ, daily_counts: READ, runs: READ, run_steps: READ, signals: READ,
  night_coverage: READ, forecasts: READ, forecast_days: READ, forecast_models: READ, forecast_reviews: READ, covariates: READ, covariate_files: READ, promised_dates: READ, weekly_tables: READ, seasonal_outlook: READ,
  topic_leads: READ, rankers: READ, late_sweeps: READ, routing_counts: READ, replays: READ, clock_marks: READ, clock_sweeps: READ, night_shards: READ, schema_migrations: READ, open311_services: READ, issues: READ, service_beats: READ,
  // Ids of alerts and units; the policies of alerts ask it.
  alert_guests: READ,
} as const

/** Tables whose rows are chosen by policies. */
const WALLED = {
  alerts: READ, alert_nights: READ, alert_series: READ, alert_events: READ, alert_tickets: READ, alert_facts: READ, alert_routes: READ, alert_places: READ, reviews: READ, rank_items: READ, threshold_moves: READ, report_documents: READ,
  tickets: READ, ticket_versions: READ, alert_acts: ADD, alert_verdicts: ADD, threshold_undos: ADD, notices: CHANGE, clocks: CHANGE, clock_events: ADD,
  rule_versions: CHANGE, rule_trials: CHANGE, deadline_versions: CHANGE, deadline_trials: CHANGE, routing_versions: CHANGE, silences: ADD, silence_ends: ADD, known_events: ALL, due_runs: CHANGE,
  subscriptions: CHANGE, subscription_events: ADD, deliveries: CHANGE, audit_log: ADD, issue_tickets: READ, topic_guesses: READ, word_bursts: READ, errands: CHANGE, import_rejects: READ, units: CHANGE, unit_topics: ALL, api_replies: ALL,
  // Registers: everybody reads, administrators of the whole city change.
  places: CHANGE, topics: CHANGE, place_aliases: REMOVABLE, place_outlines: REMOVABLE, tree_events: ADD, dirty_days: ADD,
  inbox_items: READ, alert_assignments: ADD, alert_feedback: ADD, alert_replies: ADD, inbox_seen: CHANGE, inbox_views: ALL,
} as const

export const WEB_GRANTS: Readonly<Record<string, readonly Privilege[]>> = { ...OPEN, ...WALLED }
export const OPEN_TABLES: readonly string[] = Object.keys(OPEN)
export const WALLED_TABLES: readonly string[] = Object.keys(WALLED)

/** Tables that the web's role must never reach. */
export const CLOSED_TABLES: readonly string[] = ['accounts', 'account_roles', 'web_sessions', 'sign_in_failures', 'one_time_links', 'oidc_requests', 'oidc_claims', 'web_keys', 'erased_tickets', 'open311_feeds', 'issue_states', 'api_tokens', 'topic_models', 'word_days', 'word_dirty_days', 'appeal_rulings']

/**
 * Gives the role exactly what stands above, whatever it had; where it has that, nothing is written. As the owner of the tables, in a transaction. Grants and
 * what else rewrites the catalogue's row of a table (migrations, a first import, which takes the indexes off) wait for each other: PostgreSQL itself would end one of them with "tuple concurrently updated".
 */
export async function grantWebRole(client: Queryable, role: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition order by 1`)
  const wanted = rows.flatMap(({ name }) => (WEB_GRANTS[name] ?? []).map((privilege) => `${name} ${privilege}`))
  if (await hasExactly(client, role, wanted)) return
  await client.query(`lock table ${rows.map(({ name }) => `public.${pg.escapeIdentifier(name)}`).join(', ')} in access share mode`)
  const to = pg.escapeIdentifier(role)
  await client.query(`revoke all on all tables in schema public from ${to}; revoke all on all sequences in schema public from ${to}; grant usage on schema public to ${to}`)
  for (const { name } of rows) {
    const privileges = WEB_GRANTS[name]
    if (privileges) await client.query(`grant ${privileges.join(', ')} on public.${pg.escapeIdentifier(name)} to ${to}`)
  }
}

/** Whether the role's own privileges in the schema are these and no others. @param wanted  as 'table privilege' */
async function hasExactly(client: Queryable, role: string, wanted: readonly string[]): Promise<boolean> {
  const { rows: [found] } = await client.query<{ had: string[], enters: boolean }>(
    `select coalesce((select array_agg(c.relname || ' ' || lower(a.privilege_type) || case when a.is_grantable then ' with grant option' else '' end)
                      from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) a
                      where n.nspname = 'public' and a.grantee = $1::regrole), '{}') as had,
            exists (select from pg_namespace n, aclexplode(n.nspacl) a where n.nspname = 'public' and a.grantee = $1::regrole and a.privilege_type = 'USAGE') as enters`, [pg.escapeIdentifier(role)])
  return found!.enters && found!.had.length === wanted.length && new Set([...found!.had, ...wanted]).size === wanted.length
}
