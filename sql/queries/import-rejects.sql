-- Writes the rejected records of the batch. Params: $1 batch.
insert into import_rejects (batch_id, line, reason, detail, raw)
select $1, line, f ->> 'reason', f ->> 'detail', nullif(f -> 'raw', 'null'::jsonb)
from import_stage, lateral (select fault::jsonb as f) x
where fault is not null
on conflict do nothing
