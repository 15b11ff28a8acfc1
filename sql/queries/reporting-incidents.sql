-- Incidents and their further reports: a ticket with none of its place and topic family in the $5 days before it begins one; those of other
-- callers there until it was closed, until $5 days later or until the night's end, whichever is first, are duplicates. As known on night $3.
-- Params: $1 first day of incidents, $2 last, $3 night, $4 depth of the place it is counted at, $5 days. Tickets at or above that depth's parent count nowhere.
with states as materialized (
  select s.place_id, coalesce(o.family_id, s.topic_id) as family, s.source_id, s.ticket_no, s.accepted_at, s.caller_key,
         case when s.closed_at < ($3::date + 1)::timestamptz then s.closed_at end as closed_at
  from (
    select source_id, ticket_no, place_id, topic_id, accepted_at, closed_at, caller_key, known_on, null::date as superseded_on, sweep from tickets
    where day between $1::date - $5::int and $2
    union all
    select source_id, ticket_no, place_id, topic_id, accepted_at, closed_at, caller_key, known_on, superseded_on, sweep from ticket_versions
    where day between $1::date - $5::int and $2
  ) as s
  join topics o on o.id = s.topic_id
  join places p on p.id = s.place_id and cardinality(p.rollup) > $4::int
  where s.known_on <= $3 and (s.superseded_on is null or s.superseded_on > $3) and s.sweep is null
),
ordered as (
  select *, lag(accepted_at) over (partition by place_id, family order by accepted_at, source_id, ticket_no) as before from states
),
firsts as (
  select *, least(accepted_at + make_interval(days => $5::int), closed_at, ($3::date + 1)::timestamptz) as until
  from ordered
  where accepted_at >= $1::date and (before is null or accepted_at - before > make_interval(days => $5::int))
),
reports as (
  select f.place_id, f.family, f.source_id, f.ticket_no, f.accepted_at, f.until,
         count(distinct coalesce(d.caller_key::text, d.source_id || '/' || d.ticket_no)) as duplicates
  from firsts f
  left join states d on d.place_id = f.place_id and d.family = f.family and d.accepted_at > f.accepted_at and d.accepted_at <= f.until
    and (d.caller_key is null or f.caller_key is null or d.caller_key <> f.caller_key)
  group by 1, 2, 3, 4, 5, 6
)
select p.rollup[$4::int + 1] as place, r.family as kind, r.duplicates::int, greatest(0, extract(epoch from r.until - r.accepted_at) / 86400)::float8 as watched
from reports r join places p on p.id = r.place_id
order by 1, 2, r.accepted_at, r.source_id, r.ticket_no
