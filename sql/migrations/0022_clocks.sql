-- Clocks of alerts: the rules of deadlines as versioned data, one row a running or stopped clock, and what happened to each.

-- When a notice was written, by the clock of the database: a unit has been told from then on. Null for notices of earlier versions.
alter table notices add column created_at timestamptz;
alter table notices alter column created_at set default clock_timestamp();
create index notices_created_idx on notices (created_at);
create index alert_acts_at_idx on alert_acts (at);
create index notices_alert_idx on notices (alert_id);

-- A clock goes by the version with the latest effective_on that is not after the local day of its start, the later one of two.
create table deadline_versions (
  version        int generated always as identity primary key,
  rules          jsonb not null,
  hash           text not null,
  author         text not null check (author <> ''),
  source         text not null default '',
  note           text not null default '',
  effective_on   date not null,
  activated_at   timestamptz not null default clock_timestamp(),
  -- What they would have done to the clocks of the past; null where they were activated untried, for a reason.
  trial          jsonb,
  untried_reason text check (untried_reason <> ''),
  check ((trial is null) = (untried_reason is not null))
);
create table deadline_trials (
  hash      text primary key,
  trial     jsonb not null,
  tried_at  timestamptz not null default clock_timestamp()
);

-- No foreign key: an alert that is computed anew keeps its id, and its clocks.
create table clocks (
  id              bigint generated always as identity primary key,
  alert_id        text not null,
  clock           text not null,
  -- Whose or what: the name of a unit, the number of a task; empty where the alert has one such clock.
  subject         text not null default '',
  -- 1, 2, 3, … each time it starts anew.
  n               int not null check (n > 0),
  kind            text not null,
  level           text not null,
  -- Who must act: the name of a unit.
  unit            text not null,
  version         int not null,
  rule            jsonb not null,
  time_zone       text not null,
  country         text not null,
  started_at      timestamptz not null,
  -- The instant that the rule counts from: of a clock that was tightened the rise of the level.
  counted_from    timestamptz not null,
  -- The date that is the deadline, where the rule takes it from a task or the alert itself.
  due_date        date,
  original_due_at timestamptz not null,
  due_at          timestamptz not null,
  due_on          date not null,
  -- Whether the calendar of working days reaches to the deadline.
  certain         boolean not null,
  extended        int not null default 0,
  extensions      int not null default 0,
  -- Next card or escalation, and when; null where none is left or the clock has stopped.
  next_step       text,
  next_at         timestamptz,
  -- Nothing is told before this time: the end of a snooze.
  held_until      timestamptz,
  stopped_at      timestamptz,
  -- The act that stopped it.
  stopped_by      text,
  unique (alert_id, clock, subject, n),
  check (due_at >= original_due_at or extended = 0),
  check (stopped_at is null or next_at is null),
  check ((next_step is null) = (next_at is null))
);
create index clocks_next_idx on clocks (next_at) where next_at is not null;
create index clocks_running_idx on clocks (due_at) where stopped_at is null;

-- What happened to a clock; added, never changed.
create table clock_events (
  id         bigint generated always as identity primary key,
  clock_id   bigint not null references clocks (id),
  event      text not null check (event in ('started', 'tightened', 'stopped', 'card', 'escalated', 'passed_over', 'extension_asked', 'extension_granted', 'extension_refused')),
  -- The card or escalation: yellow, red, 1, 2, …; else empty.
  step       text not null default '',
  -- Extensions granted before: what was told of an earlier deadline may be told again of the later one.
  revision   int not null default 0,
  by_whom    text not null check (by_whom <> ''),
  unit       text not null default '',
  role       text not null default 'system',
  why        text not null default '',
  detail     jsonb not null default '{}',
  at         timestamptz not null default clock_timestamp()
);
create index clock_events_clock_idx on clock_events (clock_id, id);
-- Each card and each escalation once.
create unique index clock_events_step_idx on clock_events (clock_id, step, revision) where step <> '';

create function refuse_clock_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger clock_events_append_only before update or delete on clock_events for each row execute function refuse_clock_change();

-- How far the sweep has read each alert: its acts, notices and level. What is not here is read again.
create table clock_marks (
  alert_id  text primary key,
  mark      text not null
);
-- One row: since when the sweep looks for news.
create table clock_sweeps (
  single     boolean primary key default true check (single),
  ticked_at  timestamptz not null
);
