-- Takes a target for this transaction alone, which then does not wait for the disk: a mark lost in a power cut makes the message go
-- out again under its old id, as a crash before the mark would. Params: $1 the lock's number, $2 target.
select pg_try_advisory_xact_lock($1, hashtext($2)) as got, set_config('synchronous_commit', 'off', true)
