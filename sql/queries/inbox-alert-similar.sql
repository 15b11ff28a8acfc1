-- Earlier alerts of the family of alert $1 that are over or were struck off: those of the same place, then of the same street, district and city, the latest first; with what their unit wrote last of what was done.
-- Params: $1 alert id. Plan: inbox_items_family_idx; then five lookups, for which `offset 0` keeps PostgreSQL from reading all events. The number of rows is no parameter: a plan kept for any number would be a worse one.
with a as (select i.*, p.rollup from inbox_items i join places p on p.id = i.place_id where i.alert_id = $1),
-- Of families with a long past the latest are enough to choose from. With `+ 0` no index is asked which alerts began before: nearly all did.
others as (
  select i.*, p.path, (select count(*) from unnest(p.rollup) as r (id) where r.id = any (a.rollup)) as shared, i.place_id = a.place_id as same_place
  from a cross join lateral (select * from inbox_items i where i.family_id = a.family_id and i.alert_id <> a.alert_id and i.kind <> 'seasonal' and i.first_night + 0 <= a.last_night
    and (i.status = 'ended' or i.state in ('struck_off', 'looking_back', 'archived', 'false_alarm')) order by i.last_night desc limit 300) as i
  join places p on p.id = i.place_id
),
nearest as (select * from others order by same_place desc, state in ('struck_off', 'looking_back', 'archived') desc, shared desc, last_night desc, alert_id limit 5)
select o.alert_id as id, o.level, o.state, o.path as place, o.first_night as "firstNight", o.last_night as "lastNight", n.tickets, n.callers, o.same_place as "samePlace",
       (select max(x.known_on)::text from alert_acts x where x.alert_id = o.alert_id and x.act = 'strike_off') as "struckOffOn",
       exists (select 1 from alert_events e where e.alert_id = o.alert_id and e.kind = 'returned' offset 0) as returned, o.finding, h.why as helped, h.unit as "helpedBy"
from nearest o
left join alert_nights n on n.alert_id = o.alert_id and n.night = o.last_night
left join lateral (select x.why, x.unit from alert_acts x where x.alert_id = o.alert_id and x.act in ('request_strike_off', 'feedback', 'finish_task') and x.why <> '' order by x.act = 'request_strike_off' desc, x.seq desc limit 1) as h on true
order by o.same_place desc, o.state in ('struck_off', 'looking_back', 'archived') desc, o.shared desc, o.last_night desc, o.alert_id
