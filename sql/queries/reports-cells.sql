-- Tickets and distinct callers per area and topic in three windows, as known on the night, staff sweeps left out; a ticket without a caller is
-- one caller. Area 0 is everything, -1 what was located no closer than a city; a ticket counts at its place and all above it, at its family
-- and at topic 1 (all topics); over everything also at every topic above it. Below depth 2 only cells of at least $8 callers in the first window.
-- `judged` are tickets of the first window with an answer to whether the matter was solved or satisfying, `unsolved` those that say no; appeals ruled out of scope are in neither.
-- Params: $1 night, [$2, $3) the period, [$4, $5) the one before, [$6, $7) a year earlier, $8 fewest callers. Plan: three ranges on tickets_day_idx.
with windows (w, from_day, until_day) as (values (0, $2::date, $3::date), (1, $4::date, $5::date), (2, $6::date, $7::date)),
known as (
  select w.w, t.source_id, t.ticket_no, t.place_id, t.topic_id, t.caller_key, t.unreasonable_state, t.solved, t.csat_final, t.csat_first
  from windows w join tickets t on t.day >= w.from_day and t.day < w.until_day
  where t.known_on <= $1::date and t.sweep is null
  union all
  select w.w, v.source_id, v.ticket_no, v.place_id, v.topic_id, v.caller_key, v.unreasonable_state, v.solved, v.csat_final, v.csat_first
  from windows w join ticket_versions v on v.day >= w.from_day and v.day < w.until_day
  where v.known_on <= $1::date and v.superseded_on > $1::date and v.sweep is null
), rulings as materialized (
  select distinct on (source_id, ticket_no) source_id, ticket_no, ruling = 'out_of_scope' as out from appeal_rulings where known_on <= $1::date order by source_id, ticket_no, known_on desc, seq desc
), answered as (
  -- Appeals out of scope are among the tickets, and out of what is said of how matters end: by the latest ruling known, else by the word of the source.
  select k.*, w = 0 and coalesce(k.solved, k.csat_final, k.csat_first) is not null and not coalesce(r.out, is_out_of_scope(k.unreasonable_state)) as counts
  from known k left join rulings r using (source_id, ticket_no)
), said as (
  select w, place_id, topic_id, coalesce(caller_key::text, source_id || '/' || ticket_no) as caller, count(*)::int as tickets,
         count(*) filter (where counts)::int as judged,
         count(*) filter (where counts and case when solved is not null then solved ~* '^(否|未|没|no|unsolved|false|0)'
           else coalesce(csat_final, csat_first) ~* '^(不满意|很不满意|非常不满意|不太满意|dissatisfied|very dissatisfied)' end)::int as unsolved
  from answered group by 1, 2, 3, 4
), spread as (
  select s.w, a.area, o.topic, s.caller, sum(s.tickets)::int as tickets, sum(s.judged)::int as judged, sum(s.unsolved)::int as unsolved
  from said s
  join places p on p.id = s.place_id
  join topics tp on tp.id = s.topic_id
  cross join lateral unnest(case when p.depth = 0 then array[0, p.id, -1] else 0 || p.rollup end) as a (area)
  cross join lateral unnest(case when a.area = 0 then tp.rollup else array[1, coalesce(tp.family_id, tp.id)] end) as o (topic)
  where a.area <= 0 or o.topic = 1 or tp.depth > 0
  group by 1, 2, 3, 4
)
select s.area, s.topic,
       coalesce(sum(tickets) filter (where w = 0), 0)::int as tickets, count(*) filter (where w = 0)::int as callers,
       coalesce(sum(tickets) filter (where w = 1), 0)::int as "ticketsBefore", count(*) filter (where w = 1)::int as "callersBefore",
       coalesce(sum(tickets) filter (where w = 2), 0)::int as "ticketsYear", count(*) filter (where w = 2)::int as "callersYear",
       coalesce(sum(judged), 0)::int as judged, coalesce(sum(unsolved), 0)::int as unsolved
from spread s left join places p on p.id = s.area
group by s.area, s.topic, p.depth
having p.depth is null or p.depth <= 2 or count(*) filter (where w = 0) >= $8::int
order by 1, 2
