-- Alerts as clocks need them: units with their first notice, level and since when it is known, place and its time. Instants in milliseconds.
-- Params: $1 ids. The mark is that of clocks-candidates.sql.
with told as (
  select n.alert_id, n.reason, n.payload->>'level' as level, u.name as unit, floor(extract(epoch from n.created_at) * 1000) as at
  from notices n left join units u on u.id = n.unit_id
  where n.alert_id = any ($1::text[]) and n.created_at is not null and n.status <> 'withheld' and n.reason in ('opened', 'raised', 'returned', 'widened', 'released', 'joined', 'reassigned', 'added')
),
levels as (
  select alert_id, level, min(at)::float8 as since, count(*)::int as n from told group by 1, 2
),
units_told as (
  select alert_id, jsonb_agg(jsonb_build_object('unit', unit, 'at', at) order by at, unit) as told
  from (select alert_id, unit, min(at) as at from told where unit is not null group by 1, 2) as first group by 1
),
heard as (
  select alert_id, sum(n)::int as n from levels group by 1
),
returns as (
  select alert_id, jsonb_agg(at order by at) as returns from (select distinct alert_id, at from told where reason = 'returned') as r group by 1
),
cities as (
  select city, min(country) as country, min(time_zone) as time_zone from sources group by 1
)
select a.id, a.kind, a.level, a.due_on as "dueOn", p.path as place, f.path as family, t.name as territory, c.time_zone as "timeZone", c.country,
       coalesce((select max(e.night) from alert_events e where e.alert_id = a.id and e.kind in ('opened', 'raised', 'returned')), a.first_night)::text as "lastRise",
       v.since as "levelSince",
       coalesce(u.told, '[]') as told, coalesce(r.returns, '[]') as returns,
       concat_ws(':', a.level, a.lead_unit_id, a.territory_unit_id,
         (select max(x.seq) from alert_acts x where x.alert_id = a.id),
         coalesce(h.n, 0),
         (select count(*) from alert_events e where e.alert_id = a.id and e.kind = 'returned')) as mark
from alerts a
join places p on p.id = a.place_id
join topics f on f.id = a.family_id
left join units t on t.id = a.territory_unit_id
left join cities c on c.city = split_part(p.path, '›', 1)
left join levels v on v.alert_id = a.id and v.level = a.level
left join heard h on h.alert_id = a.id
left join units_told u on u.alert_id = a.id
left join returns r on r.alert_id = a.id
where a.id = any ($1::text[])
order by a.id
