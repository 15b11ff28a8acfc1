-- Tickets and distinct callers per topic family and district in the 7 days until the night and in the 7 before, as known on
-- the night, staff sweeps left out. The $2 busiest families and $3 busiest districts have names, the rest are one ('' each);
-- null stands for the total over that side.
-- Params: $1 night, $2 families, $3 districts.
with known as (
  select source_id, ticket_no, day, place_id, topic_id, caller_key, sweep from tickets
  where day > $1::date - 14 and day <= $1::date and known_on <= $1::date
  union all
  select source_id, ticket_no, day, place_id, topic_id, caller_key, sweep from ticket_versions
  where day > $1::date - 14 and day <= $1::date and known_on <= $1::date and superseded_on > $1::date
), labelled as (
  select f.path as topic, d.path as district, k.day > $1::date - 7 as recent,
         coalesce(k.caller_key::text, k.source_id || '/' || k.ticket_no) as caller
  from known k
  join places p on p.id = k.place_id
  join places d on d.id = coalesce(p.rollup[2], p.id)
  join topics tp on tp.id = k.topic_id
  join topics f on f.id = coalesce(tp.family_id, tp.id)
  where k.sweep is null
), top_topics as (
  select topic from labelled group by topic order by count(*) desc, topic limit $2
), top_districts as (
  select district from labelled group by district order by count(*) desc, district limit $3
), folded as (
  select case when topic in (select topic from top_topics) then topic else '' end as topic,
         case when district in (select district from top_districts) then district else '' end as district,
         recent, caller
  from labelled
)
select topic, district,
       count(*) filter (where recent)::int as tickets,
       count(distinct caller) filter (where recent)::int as callers,
       count(*) filter (where not recent)::int as tickets_before,
       count(distinct caller) filter (where not recent)::int as callers_before
from folded
group by grouping sets ((topic, district), (topic), (district), ())
order by topic nulls last, district nulls last
