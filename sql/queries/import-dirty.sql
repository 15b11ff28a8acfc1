-- Local days of the staged tickets that are new or changed. Params: $1 true: leave out those that the store knows unchanged.
insert into dirty_days
select distinct s.day from import_stage s
where s.fault is null and not ($1 and exists (select from import_known k where k.line = s.line and k.same))
on conflict do nothing
