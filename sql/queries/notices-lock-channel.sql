-- Takes the lock of a night's channel until the transaction ends, which then does not wait for the disk.
-- Params: $1 the lock's number, $2 night.
select pg_advisory_xact_lock($1, $2::date - date '1970-01-01'), set_config('synchronous_commit', 'off', true)
