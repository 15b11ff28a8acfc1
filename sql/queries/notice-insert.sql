-- Writes a notice unless its id is there, or the unit has been sent one of the same place, family and level in the $9 nights
-- around it under another alert's name. Withheld ones were not sent and do not count; those of a replay and of nights being
-- caught up do, as they would have been, or will be, sent.
insert into notices (id, alert_id, night, reason, unit_id, payload, status, error)
select $1, $2, $3::date, $4, $5::int, $6::jsonb, $7, $8
where not exists (
  select 1 from notices n
  where n.unit_id = $5::int and (n.status <> 'withheld' or n.error in ('replay', 'catch_up')) and n.alert_id <> $2
    and n.night between $3::date - $9::int and $3::date + $9::int
    and n.payload->>'place' = $6::jsonb->>'place' and n.payload->>'family' = $6::jsonb->>'family' and n.payload->>'level' = $6::jsonb->>'level'
    and n.payload->>'kind' is not distinct from $6::jsonb->>'kind'
)
on conflict (id) do nothing
