-- What the schedule owes: a row a pipeline and local date, planned once that date is over. The unique key is what makes two
-- schedulers, a restart or a doubled tick harmless; a row without an end is still to be done.
create table due_runs (
  pipeline      text not null,
  logical_date  date not null,
  planned_at    timestamptz not null default clock_timestamp(),
  attempts      int not null default 0,
  -- Who tried last.
  worker        text,
  started_at    timestamptz,
  finished_at   timestamptz,
  -- After a failed attempt, not before this time.
  retry_at      timestamptz,
  error         text,
  -- When the dead-man's switch was told of it.
  pinged_at     timestamptz,
  primary key (pipeline, logical_date)
);
create index due_runs_open_idx on due_runs (pipeline, logical_date) where finished_at is null;

-- Parts of a night's judging that workers share. They live as long as the step: whoever asks for the night again begins anew.
create table night_shards (
  night         date not null,
  -- Attempt of the run that asked; results of another attempt are not taken.
  attempt       int not null,
  shard         int not null,
  limits        jsonb not null,
  parts         int not null,
  -- Who is at it, and until when nobody else may be.
  token         uuid,
  worker        text,
  lease_until   timestamptz,
  tries         int not null default 0,
  error         text,
  result        jsonb,
  cpu_ms        double precision,
  done_at       timestamptz,
  primary key (night, attempt, shard)
);
