/**
 * A store for bench/inbox.ts: a city of 16 districts, 160 streets and 2,080 sites over 1,000 days, tickets in the order of their days, alerts over three years of which a twentieth is
 * open, and what stands around each of them as nights and people leave it. Set-based; triggers and foreign keys rest, and the inbox is derived at the end.
 */
import type { PoolClient } from 'pg'
import { loadConfig } from '../core/config.ts'
import { DEFAULT_CLOCK_RULES } from '../pipelines/clocks/rules-default.ts'
import { saveDocuments } from '../pipelines/reports/compute.ts'
import { statement } from '../sql/db.ts'
import type { Db } from '../sql/db.ts'

export const OPEN_SHARE = 0.05
const DAYS = 1000
const STREETS = 160
const SITES = 2080
const TOPICS = 50
const UNITS = 60
/** Days of which sites and streets have counts; the city and its districts have them of all. */
const SITE_DAYS = 70
const STREET_DAYS = 400

/** What a step takes is told as it ends. */
export async function seedInbox(db: Db, { alerts, tickets }: { alerts: number, tickets: number }, told: (step: string, seconds: number) => void): Promise<void> {
  const step = async (name: string, work: (client: PoolClient) => Promise<unknown>): Promise<void> => {
    const began = performance.now()
    await db.transaction(async (client) => {
      await client.query('set local session_replication_role = replica')
      await client.query(`set local max_parallel_workers_per_gather = 2; set local work_mem = '256MB'; set local maintenance_work_mem = '1GB'`)
      await work(client)
    })
    told(name, (performance.now() - began) / 1000)
  }
  await step('city', city)
  await step('tickets', (client) => addTickets(client, tickets))
  await step('counts', counts)
  await step('alerts', (client) => addAlerts(client, alerts, tickets))
  await step('work on them', work)
  await step('learning', learning)
  await step('inbox', (client) => client.query('select inbox_refresh(array(select id from alerts))'))
  const began = performance.now()
  await db.query('vacuum analyze')
  told('vacuum analyze', (performance.now() - began) / 1000)
  await step('reports', async (client) => saveDocuments(client, loadConfig({}, {}), (await client.query<{ night: string }>('select (current_date - 1)::text as night')).rows[0]!.night))
}

async function city(client: PoolClient): Promise<void> {
  await client.query(`insert into sources (name, preset, city, country, time_zone) values ('bench', 'test', 'City', 'US', 'UTC')`)
  await client.query(`insert into import_batches (source_id, file_name, file_hash, bytes, preset, mapping, status, first_day, last_day, finished_at) values (1, 'bench', 'x', 1, 'test', '{}', 'done', current_date - 1000, current_date - 1, now())`)
  await client.query(`insert into places (depth, kind, name, path) values (0, 'city', 'City', 'City')`)
  await client.query(`insert into places (parent_id, depth, kind, name, path, lng, lat) select (select id from places where path = 'City'), 1, 'district', 'District ' || n, 'City›District ' || n, 121.1 + n % 4 * 0.1, 31 + n / 4 * 0.1 from generate_series(1, 16) as n`)
  for (const [depth, kind, name, each, step] of [[2, 'street', 'Street', STREETS / 16, 0.02], [3, 'compound', 'House', SITES / STREETS, 0.002]] as const) {
    await client.query(
      `insert into places (parent_id, depth, kind, name, path, lng, lat, households)
       select p.id, $1::int, $2, $3 || ' ' || n, p.path || '›' || $3 || ' ' || n, p.lng + n % 4 * $5::float8, p.lat + n / 4 * $5::float8, case when $1 = 3 then 300 + n end from places p, generate_series(1, $4::int) as n where p.depth = $1 - 1 order by p.id, n`,
      [depth, kind, name, each, step])
  }
  await client.query(`with recursive tree (id, rollup) as (select id, array[id] from places where depth = 0 union all select p.id, t.rollup || p.id from tree t join places p on p.parent_id = t.id) update places p set rollup = t.rollup from tree t where t.id = p.id`)
  await client.query(`insert into topics (parent_id, depth, name, path, is_family) select 1, 1, 'Topic ' || n, 'Topic ' || n, true from generate_series(1, $1::int) as n`, [TOPICS])
  await client.query('update topics set rollup = array[1, id], family_id = id where depth = 1')
  await client.query(`insert into units (name) select 'Unit ' || n from generate_series(1, $1::int) as n`, [UNITS])
  await client.query(`insert into runs (night, status, code_version, config_hash, finished_at) select current_date - n, 'succeeded', 'bench', 'x', now() - n * interval '1 day' from generate_series(1, 400) as n`)
  await client.query(`insert into night_coverage (night, place_depth, topic_depth, verdict, series) select night, d, 1, v, 900 from runs, generate_series(0, 2) as d, unnest(array['alert', 'normal', 'cannot tell']) as v`)
}

/** Site and family of ticket n are n mod 2,080 and a stride over the families, so that each site has all of them. */
async function addTickets(client: PoolClient, tickets: number): Promise<void> {
  await client.query(statement('import-indexes-drop'))
  await client.query(
    `insert into tickets (source_id, ticket_no, accepted_at, recorded_at, day, known_on, batch_id, row_hash, place_id, topic_id, caller_key, lead_unit_id, recorded_assumed, channel, title, content)
     select 1, 't' || n, day + n % 86400 * interval '1 second', day + n % 86400 * interval '1 second', day, day, 1, n, site + n % $2::int, 2 + n / $2::int % $3::int, md5((n / 2)::text)::uuid, 1 + n % $4::int, false,
            (array['phone', 'app', 'web'])[1 + n % 3], 'Lamp out', 'The lamp in front of the house has been out for days and nobody came although we called before, number ' || n
     from generate_series(1, $1::int) as n
     cross join lateral (select current_date - $5::int + ((n - 1)::bigint * $5::int / $1::int)::int as day) as d cross join (select min(id) as site from places where depth = 3) as s`, [tickets, SITES, TOPICS, UNITS, DAYS])
  await client.query(statement('import-indexes-restore'))
}

async function counts(client: PoolClient): Promise<void> {
  await client.query('select ensure_count_partitions(current_date - $1::int, current_date + 1)', [DAYS])
  await client.query(
    `create temp table cells on commit drop as
     select day, p.rollup[2] as district, case when day >= current_date - $1::int then p.rollup[3] end as street, case when day >= current_date - $2::int then place_id end as site, topic_id, count(*)::int as n
     from tickets join places p on p.id = place_id group by 1, 2, 3, 4, 5`, [STREET_DAYS, SITE_DAYS])
  await client.query(
    `insert into daily_counts (day, known_on, place_id, topic_id, tickets, callers, repeats, dissatisfied, overdue, sweeps)
     select day, day, area, topic, sum(n), sum(n), 0, 0, 0, 0 from cells cross join lateral unnest(array[(select id from places where depth = 0), district, street, site]) as area cross join lateral unnest(array[1, topic_id]) as topic
     where area is not null group by 1, 3, 4`)
}

/** Alert n of which the first are open, at a site (each tenth at a street), with its nights, series, tickets, places, signal and forecast. */
async function addAlerts(client: PoolClient, alerts: number, tickets: number): Promise<void> {
  await client.query(
    `insert into alerts (id, kind, level, status, place_id, topic_id, family_id, first_night, last_night, ended_on, lead_unit_id, lead_reason, territory_unit_id, due_on)
     select 'a-' || lpad(n::text, 7, '0'), 'emerging', (array['blue', 'blue', 'blue', 'yellow', 'yellow', 'orange', 'red'])[1 + n % 7], case when open then 'open' else 'ended' end,
            case when n % 10 = 0 then (select min(id) from places where depth = 2) + n / 10 % 160 else (select min(id) from places where depth = 3) + n * 7 % $2::int end,
            2 + n % $3::int, 2 + n % $3::int, last - 4, last, case when not open then last + 15 end, 1 + n % $4::int, 'location', 1 + (n + 7) % $4::int, case when open then current_date + n % 9 - 2 end
     from generate_series(1, $1::int) as n cross join lateral (select n <= $1::int * $5::float8 as open) as o
     cross join lateral (select current_date - 1 - case when open then n % 12 else 20 + n * 13 % ($6::int - 40) end as last) as l`, [alerts, SITES, TOPICS, UNITS, OPEN_SHARE, DAYS])
  await client.query(
    `insert into alert_nights (alert_id, night, level, place_id, topic_id, tickets, callers, observed, expected, upper, window_days, log10_p, recurrence_days, rank, kind, lead_unit_id, lead_reason, territory_unit_id, co_unit_ids, due_on, why)
     select id, last_night - d, level, place_id, topic_id, 13 - d, 11 - d, 11 - d, 1.5, 4, 7, -6, 900, 1, kind, lead_unit_id, lead_reason, territory_unit_id, '{}', due_on, '{"rule": "callers_5_in_7_days", "surrounding": 1.2}'
     from alerts cross join generate_series(0, 4) as d`)
  await client.query(`insert into alert_events (alert_id, night, kind, before, after) select id, first_night, 'opened', null, level from alerts union all select id, ended_on, 'ended', level, null from alerts where status = 'ended'`)
  await client.query(`insert into alert_series (alert_id, day, observed, expected, upper) select id, last_night - d, (d * 7 + substr(id, 3)::int) % 4, 0.5, 3 from alerts, generate_series(0, 89) as d where status = 'open' or last_night > current_date - 90`)
  // Tickets of the alert's own site, the last ones by its last night.
  await client.query(
    `insert into alert_tickets (alert_id, source_id, ticket_no, first_night)
     select a.id, 1, 't' || no, a.last_night - least(4, k / 3)
     from alerts a cross join (select min(id) as first from places where depth = 3) as s
     cross join lateral (select ((a.last_night - current_date + $2::int)::bigint * $1::int / $2::int)::int / $3::int * $3::int + greatest(0, a.place_id - s.first) as upto) as u
     cross join generate_series(0, 12) as k cross join lateral (select upto - k * $3::int as no) as n where no between 1 and $1::int`, [tickets, DAYS, SITES])
  await client.query(`insert into alert_routes (alert_id, night, step, rule, version, news) select alert_id, night, 'location', null, null, case when night = a.first_night then 'opened' end from alert_nights n join alerts a on a.id = n.alert_id`)
  await client.query(
    `insert into alert_places (alert_id, night, place_id, callers, usual) select a.id, a.last_night, p.id, 3, 0.4
     from alerts a cross join lateral (select id from places where parent_id = a.place_id order by id limit 6) as p where a.status = 'open'`)
  await client.query(
    `insert into signals (night, place_id, topic_id, detector, verdict, window_days, observed, expected, upper, log10_p, recurrence_days, callers, evidence)
     select last_night, place_id, topic_id, 'weisu', 'alert', 7, 11, 1.5, 4, -6, 900, 11, jsonb_build_object('score', 50, 'surroundingRatio', 1, 'logOdds', 5,
       'neighbours', (select jsonb_agg(id) from (select p.id from places p where p.parent_id = (select parent_id from places h where h.id = a.place_id) order by p.id limit 5) as k),
       'baseline', '{"days": 300, "callers": 30, "prior": 0.1, "expected": 0.1, "cv": 0.1, "dispersion": 1, "complete": 1}'::jsonb, 'windows', '[{"days": 7, "callers": 11, "expected": 1.5, "usual": 1.4}, {"days": 14, "callers": 12, "expected": 3, "usual": 3}, {"days": 28, "callers": 13, "expected": 6, "usual": 6}]'::jsonb,
       'detectors', '[]'::jsonb, 'series', '{"from": "2026-01-01", "observed": [], "expected": [], "upper": []}'::jsonb, 'forecast', '[]'::jsonb)
     from alerts a where status = 'open' on conflict do nothing`)
  await client.query(
    `insert into forecast_days (night, place_id, topic_id, day, mean, q10, q25, q50, q75, q90) select last_night, place_id, topic_id, last_night + d, 1, 0, 0, 1, 2, 3 from alerts, generate_series(1, 28) as d where status = 'open' on conflict do nothing`)
}

/** Who was told, what they did and by when: acts on a third of the open alerts, a 销号 of a quarter of the others, clocks of both. */
async function work(client: PoolClient): Promise<void> {
  await client.query(
    `insert into notices (id, alert_id, night, reason, unit_id, payload, status, created_at, delivered_at)
     select id || ':' || unit, id, first_night, 'opened', unit, '{}', 'delivered', first_night + interval '31 hours', first_night + interval '31 hours' from alerts cross join lateral unnest(array[lead_unit_id, territory_unit_id]) as unit`)
  await client.query(
    `insert into alert_acts (alert_id, seq, act, state_before, state_after, by_whom, unit, role, party, why, detail, at, known_on)
     select a.id, x.seq, x.act, x.before, x.after, 'Person ' || a.lead_unit_id, u.name, x.role, 'lead', x.why, x.detail::jsonb, a.first_night + x.seq * interval '1 day' + interval '10 hours', a.first_night + x.seq
     from alerts a join units u on u.id = a.lead_unit_id
     join (values (1, 'sign', 'unsigned', 'signed', 'unit_liaison', '', '{}'), (2, 'verify', 'signed', 'verified', 'unit_liaison', 'seen on site', '{"finding": "true"}'),
                  (3, 'request_strike_off', 'verified', 'strike_off_requested', 'unit_liaison', 'the lamp was mended and nobody called since', '{}'), (4, 'strike_off', 'strike_off_requested', 'struck_off', 'supervisor', 'checked', '{}')) as x (seq, act, before, after, role, why, detail)
       on a.status = 'ended' and substr(a.id, 3)::int % 4 = 0 or a.status = 'open' and x.seq = 1 and substr(a.id, 3)::int % 3 = 0`)
  await client.query(
    `insert into clocks (alert_id, clock, n, kind, level, unit, version, rule, time_zone, country, started_at, counted_from, original_due_at, due_at, due_on, certain, stopped_at, stopped_by)
     select a.id, 'sign', 1, a.kind, a.level, u.name, 0, $1::jsonb, 'UTC', 'US', a.first_night + interval '31 hours', a.first_night + interval '31 hours', due.at, due.at, due.at::date, true,
            case when a.status = 'ended' then due.at - interval '1 hour' end, case when a.status = 'ended' then 'sign' end
     from alerts a join units u on u.id = a.lead_unit_id cross join lateral (select (a.last_night + substr(a.id, 3)::int % 17) + interval '12 hours' as at) as due
     where a.status = 'open' or substr(a.id, 3)::int % 4 = 0`, [JSON.stringify(DEFAULT_CLOCK_RULES[0])])
  await client.query(`insert into clock_events (clock_id, event, by_whom) select id, 'started', 'weisu' from clocks`)
}

/** What the records of rules, families and units are made of: every alert ranked, reviewed four weeks later, a tenth of them judged. */
async function learning(client: PoolClient): Promise<void> {
  await client.query(
    `insert into rank_items (night, alert_id, event, kind, level, rule, detector, place_id, family_id, unit_id, score, features)
     select first_night, id, 'opened', kind, level, 'callers_5_in_7_days', 'weisu', place_id, family_id, lead_unit_id, 50,
            '{"log_recurrence": 2.95, "callers": 2.4, "ratio": 2, "growth": 0.4, "anonymous": 0.1, "spread": 1, "surrounding": 0.2, "depth": 2, "weekend": 0, "words": 0, "repeats": 0.1, "history": 0.3}'::jsonb from alerts`)
  await client.query(
    `insert into reviews (night, alert_id, age_days, tickets_since, callers_since, expected_since, outcome, fresh_night, event, log10_p)
     select first_night + 28, id, 28, 20, 18, 4, (array['surged', 'still_on', 'ended_quietly', 'came_to_nothing'])[1 + substr(id, 3)::int / 7 % 4], first_night, 'opened', -3 from alerts where first_night + 28 < current_date`)
  await client.query(`insert into alert_verdicts (alert_id, verdict, known_on, by_whom) select id, (array['true', 'partly', 'false'])[1 + substr(id, 3)::int / 10 % 3], first_night + 2, 'Person' from alerts where substr(id, 3)::int % 10 = 4`)
}
