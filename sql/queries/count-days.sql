-- Writes the counts of the dirty days in [$1, $2), whose old rows are gone by now: one row per day, place, topic and night on which it became known.
-- A ticket state counts from the night that knew it until the night that knew better; a ticket counts at every place
-- and topic above its own. callers: a caller counts on the night first seen in the cell; most callers have one ticket a
-- day and need no comparison, the few others are compared cell by cell.
-- out_of_scope: tickets that people ruled out of scope (不合理诉求), from the night that knew of the ruling on; they are not among dissatisfied and overdue.
-- Params: $1 from day, $2 until day. Plan: index range on tickets_day_idx, hash aggregates; about 15 us a ticket.
with touched as materialized (
  select day from dirty_days where day >= $1 and day < $2
),
states as (
  select t.source_id, t.ticket_no, t.unreasonable_state, t.day, e.known_on, e.superseded_on, t.place_id, t.topic_id, t.caller_key, t.is_repeat,
         e.sweep, t.csat_first, t.csat_final, t.closed_at, t.deadline_at, s.time_zone
  from tickets t join touched d using (day) join sources s on s.id = t.source_id
  left join late_sweeps l on l.source_id = t.source_id and l.ticket_no = t.ticket_no
  -- A ticket of a bulk entry that was not known as one at first is two states: a ticket like others, then a marked one.
  cross join lateral (values (t.known_on, l.sweep_on, t.sweep is not null and l.sweep_on is null), (l.sweep_on, null::date, true)) as e (known_on, superseded_on, sweep)
  where t.day >= $1 and t.day < $2 and e.known_on is not null
  union all
  select v.source_id, v.ticket_no, v.unreasonable_state, v.day, v.known_on, v.superseded_on, v.place_id, v.topic_id, v.caller_key, v.is_repeat,
         v.sweep is not null, v.csat_first, v.csat_final, v.closed_at, v.deadline_at, s.time_zone
  from ticket_versions v join touched d using (day) join sources s on s.id = v.source_id
  where v.day >= $1 and v.day < $2
),
rulings as materialized (
  -- The last one of a night.
  select distinct on (r.source_id, r.ticket_no, r.known_on) r.source_id, r.ticket_no, r.known_on, r.ruling = 'out_of_scope' as out
  from appeal_rulings r where exists (select from states s where s.source_id = r.source_id and s.ticket_no = r.ticket_no)
  order by r.source_id, r.ticket_no, r.known_on, r.seq desc
),
ruled as (
  -- States cut where a ruling became known; what the source says holds before the first.
  select st.*, is_out_of_scope(st.unreasonable_state) as out from states st
  where not exists (select from rulings r where r.source_id = st.source_id and r.ticket_no = st.ticket_no)
  union all
  select st.source_id, st.ticket_no, st.unreasonable_state, st.day, c.known_on,
         coalesce(lead(c.known_on) over (partition by st.source_id, st.ticket_no, st.known_on, st.sweep order by c.known_on), st.superseded_on) as superseded_on,
         st.place_id, st.topic_id, st.caller_key, st.is_repeat, st.sweep, st.csat_first, st.csat_final, st.closed_at, st.deadline_at, st.time_zone, c.out
  from states st
  cross join lateral (
    select st.known_on, coalesce((select r.out from rulings r where r.source_id = st.source_id and r.ticket_no = st.ticket_no and r.known_on <= st.known_on
                                  order by r.known_on desc limit 1), is_out_of_scope(st.unreasonable_state)) as out
    union all
    select r.known_on, r.out from rulings r
    where r.source_id = st.source_id and r.ticket_no = st.ticket_no and r.known_on > st.known_on and (st.superseded_on is null or r.known_on < st.superseded_on)
  ) as c
  where exists (select from rulings r where r.source_id = st.source_id and r.ticket_no = st.ticket_no)
),
facts as materialized (
  select st.day, e.known_on, e.sign, st.place_id, st.topic_id, st.caller_key, st.is_repeat, st.sweep
  from states st
  cross join lateral (values (1, st.known_on), (-1, st.superseded_on)) as e (sign, known_on)
  where e.known_on is not null
),
outcomes as (
  select st.day, greatest(e.known_on, (st.closed_at at time zone st.time_zone)::date) as known_on, e.sign, st.place_id, st.topic_id,
         coalesce(st.csat_final, st.csat_first, '') ~ '^(不满意|很不满意|非常不满意|不太满意|dissatisfied|very dissatisfied)' as dissatisfied,
         coalesce(st.closed_at > st.deadline_at, false) as overdue
  from ruled st
  cross join lateral (values (1, st.known_on), (-1, st.superseded_on)) as e (sign, known_on)
  where e.known_on is not null and st.closed_at is not null and not st.sweep and not st.out
),
several as materialized (
  select day, caller_key from facts where caller_key is not null and not sweep group by 1, 2 having count(*) > 1
),
base as (
  -- Sums of int are bigint, sums of bigint are numeric and four times as slow: back to int after each sum.
  select f.day, f.known_on, f.place_id, f.topic_id, sum(f.sign)::int as tickets,
         coalesce(sum(f.sign) filter (where not f.sweep and m.day is null), 0)::int as callers,
         coalesce(sum(f.sign) filter (where f.is_repeat and not f.sweep), 0)::int as repeats,
         0 as dissatisfied, 0 as overdue,
         coalesce(sum(f.sign) filter (where f.sweep), 0)::int as sweeps, 0 as out_of_scope
  from facts f left join several m using (day, caller_key)
  group by 1, 2, 3, 4
  union all
  select day, known_on, place_id, topic_id, 0, 0, 0,
         coalesce(sum(sign) filter (where dissatisfied), 0)::int, coalesce(sum(sign) filter (where overdue), 0)::int, 0, 0
  from outcomes where dissatisfied or overdue
  group by 1, 2, 3, 4
  union all
  select st.day, e.known_on, st.place_id, st.topic_id, 0, 0, 0, 0, 0, 0, sum(e.sign)::int
  from ruled st cross join lateral (values (1, st.known_on), (-1, st.superseded_on)) as e (sign, known_on)
  where e.known_on is not null and st.out and not st.sweep
  group by 1, 2, 3, 4
),
spread as (
  select b.day, b.known_on, p.place_id, o.topic_id,
         b.tickets, b.callers, b.repeats, b.dissatisfied, b.overdue, b.sweeps, b.out_of_scope
  from base b
  join places pl on pl.id = b.place_id cross join lateral unnest(pl.rollup) as p (place_id)
  join topics tp on tp.id = b.topic_id cross join lateral unnest(tp.rollup) as o (topic_id)
  union all
  select day, known_on, place_id, topic_id, 0, (total > 0)::int - (total - step > 0)::int, 0, 0, 0, 0, 0
  from (
    select *, sum(step) over (partition by day, place_id, topic_id, caller_key order by known_on) as total
    from (
      select f.day, f.known_on, p.place_id, o.topic_id, f.caller_key, sum(f.sign)::int as step
      from facts f
      join several m using (day, caller_key)
      join places pl on pl.id = f.place_id cross join lateral unnest(pl.rollup) as p (place_id)
      join topics tp on tp.id = f.topic_id cross join lateral unnest(tp.rollup) as o (topic_id)
      where not f.sweep
      group by 1, 2, 3, 4, 5
    ) as steps
  ) as running
)
insert into daily_counts (day, known_on, place_id, topic_id, tickets, callers, repeats, dissatisfied, overdue, sweeps, out_of_scope)
select day, known_on, place_id, topic_id, sum(tickets), sum(callers), sum(repeats), sum(dissatisfied), sum(overdue), sum(sweeps), sum(out_of_scope)
from spread
group by 1, 2, 3, 4
having sum(tickets) <> 0 or sum(callers) <> 0 or sum(repeats) <> 0 or sum(dissatisfied) <> 0 or sum(overdue) <> 0 or sum(sweeps) <> 0 or sum(out_of_scope) <> 0
order by 1, 3, 4, 2
