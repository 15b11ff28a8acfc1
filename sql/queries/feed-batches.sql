-- Ledger of a source, newest first. Params: $1 source, $2 at most so many.
select id::text as id, file_name as "fileName", status, read::float8 as read, new::float8 as new, changed::float8 as changed, unchanged::float8 as unchanged,
       duplicate::float8 as duplicate, rejected::float8 as rejected, first_day::text as "firstDay", last_day::text as "lastDay", error,
       started_at as "startedAt", finished_at as "finishedAt"
from import_batches where source_id = $1 order by id desc limit $2
