-- Finished batches of a source whose file had so many bytes. Params: $1 source, $2 bytes, null takes any.
select id, file_hash as hash, bytes::float8 as bytes, read::int as read, first_day as "firstDay", last_day as "lastDay", quality, file_name as file
from import_batches where source_id = $1 and ($2::bigint is null or bytes = $2) and status = 'done'
