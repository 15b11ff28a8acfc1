-- Nights of the past that were run again. Each has the tables of a night in a schema of its own, `replay_<name>`.

create table replays (
  name             text primary key check (name ~ '^[a-z0-9][a-z0-9_]{0,39}$'),
  -- The nights [from_on, until_on) are shown and scored; those of [warm_up_on, from_on) were run before them for the alerts they leave open.
  from_on          date not null,
  until_on         date not null,
  warm_up_on       date not null,
  -- Where the alerts that were open before from_on come from.
  memory           text not null check (memory in ('live', 'warm_up', 'none')),
  -- How tickets without a time of arrival are believed to have come in.
  delay_model      jsonb not null,
  rules            jsonb not null,
  settings         jsonb not null,
  method_version   int not null,
  schema_version   int not null,
  -- What else a night depends on. A replay goes on only where it is still the same.
  input_hash       text not null,
  labels           text,
  -- Anything else that a later version wants to remember.
  detail           jsonb not null default '{}',
  status           text not null default 'running' check (status in ('running', 'done')),
  -- Seconds of all attempts, and what came of it; null until it is done.
  seconds          double precision not null default 0,
  result           jsonb,
  started_at       timestamptz not null default now(),
  finished_at      timestamptz,
  check (warm_up_on <= from_on and from_on < until_on)
);
