-- Lead: the unit most of the alert's tickets had been sent to by that night; else the owner of its topic; else the hotline desk.
-- Territory: the unit whose territory is the alert's place or the nearest above it. Co-units: a fifth of the tickets or
-- more, the territory, and the owner of the topic. Params: $1 alert, $2 night, $3 name of the hotline desk.
with alert as (
  select a.id, p.path as place_path, o.path as topic_path
  from alerts a join places p on p.id = a.place_id join topics o on o.id = a.topic_id where a.id = $1
),
shares as (
  select t.lead_unit_id as unit_id, count(*) as n, count(*)::float8 / sum(count(*)) over () as share
  from alert_tickets x
  join sources z on z.id = x.source_id
  cross join lateral (
    select t.lead_unit_id, t.dispatched_at from tickets t
    where t.source_id = x.source_id and t.ticket_no = x.ticket_no and t.known_on <= $2::date
    union all
    select v.lead_unit_id, v.dispatched_at from ticket_versions v
    where v.source_id = x.source_id and v.ticket_no = x.ticket_no and v.known_on <= $2::date and v.superseded_on > $2::date
  ) as t
  where x.alert_id = $1 and x.first_night <= $2::date and t.lead_unit_id is not null
    and (t.dispatched_at is null or (t.dispatched_at at time zone z.time_zone)::date <= $2::date)
  group by 1
),
by_tickets as (
  select s.unit_id, s.share from shares s join units u on u.id = s.unit_id order by s.n desc, u.name limit 1
),
owner as (
  select u.unit_id from unit_topics u, alert a
  where a.topic_path = u.topic_path or a.topic_path like u.topic_path || '›%'
  order by length(u.topic_path) desc, u.unit_id limit 1
),
territory as (
  select u.id as unit_id from units u, alert a
  where u.territory_path is not null and (a.place_path = u.territory_path or a.place_path like u.territory_path || '›%')
  order by length(u.territory_path) desc, u.name limit 1
),
chosen as (
  select coalesce((select unit_id from by_tickets), (select unit_id from owner), (select id from units where name = $3)) as lead,
         case when exists (select 1 from by_tickets) then 'tickets' when exists (select 1 from owner) then 'topic_owner' else 'hotline_desk' end as reason,
         (select unit_id from territory) as territory
)
update alerts a
set lead_unit_id = c.lead, lead_reason = c.reason, territory_unit_id = c.territory,
    co_unit_ids = (
      select coalesce(array_agg(distinct co order by co), '{}') from (
        select unit_id as co from shares where share >= 0.2
        union select unit_id from owner union select unit_id from territory
      ) as cos where co <> c.lead
    )
from chosen c
where a.id = $1
returning a.lead_unit_id as "leadUnitId", a.territory_unit_id as "territoryUnitId", a.co_unit_ids as "coUnitIds"
