-- Alerts whose acts, notices or level the sweep has not read, and those with a card or escalation that is due. What committed late is looked for over
-- a day before the last sweep; what was read by then is told apart by its mark.
with since as (
  select coalesce((select ticked_at from clock_sweeps), '-infinity') - interval '1 day' as at
),
news as (
  select n.alert_id from notices n, since
  where n.created_at > since.at and n.status <> 'withheld' and n.reason in ('opened', 'raised', 'returned', 'widened', 'released', 'joined', 'reassigned', 'added')
  union
  select x.alert_id from alert_acts x, since where x.at > since.at
),
marked as (
  select w.alert_id, concat_ws(':', a.level, a.lead_unit_id, a.territory_unit_id,
    (select max(x.seq) from alert_acts x where x.alert_id = w.alert_id),
    (select count(*) from notices n where n.alert_id = w.alert_id and n.created_at is not null and n.status <> 'withheld' and n.reason in ('opened', 'raised', 'returned', 'widened', 'released', 'joined', 'reassigned', 'added')),
    (select count(*) from alert_events e where e.alert_id = w.alert_id and e.kind = 'returned')) as mark
  from news w join alerts a on a.id = w.alert_id
)
select m.alert_id as id from marked m left join clock_marks k on k.alert_id = m.alert_id where k.mark is distinct from m.mark
union
select c.alert_id from clocks c where c.next_at <= clock_timestamp()
order by 1
