/**
 * What the web's login role may do with which table; rows are left to the policies (sql/migrations/0032_accounts_and_walls.sql). A table that is not
 * here is closed to the web. Who adds a table that pages read adds a line here and, unless everybody who is signed in may
 * read all of it, a policy in the migration that makes the table.
 */
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

/** Gives the role exactly what stands above, whatever it had. As the owner of the tables. */
export async function grantWebRole(client: Queryable, role: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition order by 1`)
  const there = new Set(rows.map(({ name }) => name))
  await client.query(`revoke all on all tables in schema public from ${role}; revoke all on all sequences in schema public from ${role}; grant usage on schema public to ${role}`)
  for (const [table, privileges] of Object.entries(WEB_GRANTS)) if (there.has(table)) await client.query(`grant ${privileges.join(', ')} on public.${table} to ${role}`)
}
