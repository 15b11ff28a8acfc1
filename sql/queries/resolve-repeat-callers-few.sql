-- As resolve-repeat-callers, for a few dirty days: by the index of callers, whatever the size of the store.
create temporary table repeat_callers on commit drop as
select c.caller_key
from (select distinct t.caller_key from tickets t join dirty_days d using (day) where t.caller_key is not null) as c
join tickets t using (caller_key)
group by c.caller_key
having count(*) > 1
