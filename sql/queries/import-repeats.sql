-- Rows of the tickets that come more than once in the file. A row that differs from the one before it is a state of its
-- own; `round` numbers a ticket's states. Plan: one sort of the repeated tickets' rows only.
create temp table import_repeats on commit drop as
select line, ticket_no, row_hash, place > 1 as is_duplicate, before is distinct from row_hash as is_state,
  (sum((before is distinct from row_hash)::int) over (partition by ticket_no order by line))::int as round
from (
  select s.line, s.ticket_no, s.row_hash, row_number() over w as place, lag(s.row_hash) over w as before
  from import_stage s
  where s.fault is null and s.ticket_no in (select r.ticket_no from import_stage r where r.repeated)
  window w as (partition by s.ticket_no order by s.line)
) r
