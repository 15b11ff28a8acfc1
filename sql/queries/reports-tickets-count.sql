-- How many tickets stand behind a number: those of reports-tickets.sql. Params: $1 night, [$2, $3) the window, $4 area, $5 topic.
with areas as materialized (select id from places where ($4::int = -1 and depth = 0) or $4 = any (rollup)),
families as materialized (select id from topics where $5::int = any (rollup)),
known as (
  select place_id, topic_id from tickets where day >= $2::date and day < $3::date and known_on <= $1::date and sweep is null
  union all
  select place_id, topic_id from ticket_versions where day >= $2::date and day < $3::date and known_on <= $1::date and superseded_on > $1::date and sweep is null
)
select count(*)::int as n from known where ($4::int = 0 or place_id = any (array(select id from areas))) and ($5::int = 1 or topic_id = any (array(select id from families)))
