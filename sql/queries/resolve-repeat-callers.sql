-- The callers who spoke on a dirty day and have several tickets, into the temporary table repeat_callers. Most callers
-- have one ticket, so with many dirty days one look through all tickets is cheapest.
create temporary table repeat_callers on commit drop as
select t.caller_key
from tickets t
where t.caller_key is not null
group by t.caller_key
having count(*) > 1 and bool_or(t.day in (select day from dirty_days))
