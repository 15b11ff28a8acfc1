-- Closes the ledger of one batch; its counts balance or the table refuses it.
insert into import_batches (id, source_id, file_name, file_hash, bytes, preset, mapping, status, read, new, changed, unchanged, duplicate,
  duplicate_differing, rejected, first_day, last_day, quality, started_at, finished_at)
overriding system value
values ($1, $2, $3, $4, $5, $6, $7, 'done', $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, clock_timestamp())
