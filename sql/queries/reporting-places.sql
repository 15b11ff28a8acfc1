-- Tickets, distinct callers and their concentration per place of depth $4, over the days [$1, $2] as known on night $3, without sweeps. A ticket
-- without a caller is one caller; where no ticket tells its caller, nothing is known of concentration. Tickets above that depth count nowhere. Order: place.
with states as (
  select source_id, ticket_no, place_id, caller_key, known_on, null::date as superseded_on, sweep from tickets where day between $1 and $2
  union all
  select source_id, ticket_no, place_id, caller_key, known_on, superseded_on, sweep from ticket_versions where day between $1 and $2
),
by_caller as (
  select p.rollup[$4::int + 1] as place, coalesce(s.caller_key::text, s.source_id || '/' || s.ticket_no) as caller, bool_or(s.caller_key is not null) as known, count(*)::int as n
  from states s join places p on p.id = s.place_id
  where s.known_on <= $3 and (s.superseded_on is null or s.superseded_on > $3) and s.sweep is null and cardinality(p.rollup) > $4::int
  group by 1, 2
)
select place as "placeId", sum(n)::int as tickets, count(*)::int as callers,
       case when bool_or(known) then max(n)::float8 / sum(n)::float8 end as top, case when bool_or(known) then sum(n::float8 * n) / sum(n)::float8 ^ 2 end as herfindahl
from by_caller group by 1 order by 1
