-- Staged tickets that the store has; `same` where nothing is new: the stored state is this row, or a later one of the file.
-- Params: $1 source.
create temp table import_known on commit drop as
select s.line, s.row_hash = t.row_hash or exists (
  select from import_later l where l.ticket_no = s.ticket_no and l.row_hash = t.row_hash) as same
from import_stage s join tickets t on t.source_id = $1 and t.ticket_no = s.ticket_no
where s.fault is null
