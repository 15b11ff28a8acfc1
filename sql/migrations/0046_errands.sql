-- What people ask the service for: nights to be run again, rules to be tried, a test message. The page that asks writes a row and
-- computes nothing; a process of `weisu start` takes it. A row whose worker died is taken again.
create table errands (
  id             bigint generated always as identity primary key,
  kind           text not null check (kind in ('rerun', 'backfill', 'rules_trial', 'deadlines_trial', 'test_message')),
  request        jsonb not null,
  asked_by       text not null check (asked_by <> ''),
  reason         text not null default '',
  asked_at       timestamptz not null default clock_timestamp(),
  status         text not null default 'waiting' check (status in ('waiting', 'running', 'done', 'failed', 'cancelled')),
  -- Attempts whose worker died are counted, too.
  attempts       int not null default 0,
  worker         text,
  started_at     timestamptz,
  finished_at    timestamptz,
  -- Nights done and nights in all, where it is known.
  done           int not null default 0,
  total          int,
  -- What it is at, or waits for.
  at             text,
  cancelled_by   text,
  error_code     text,
  error          text,
  error_details  jsonb,
  result         jsonb
);
create index errands_open_idx on errands (id) where status in ('waiting', 'running');

-- Processes of the service as they last said of themselves.
create table service_beats (
  worker      text primary key,
  version     text not null,
  started_at  timestamptz not null,
  seen_at     timestamptz not null default clock_timestamp(),
  -- Local hour from which nights run; null for a worker that runs parts of nights only.
  hour        smallint,
  -- Jobs by queue, counted events, what is wrong with the queue.
  state       jsonb not null
);

-- Who of the web may do what (weisu_role() of 0032): operators ask for nights, analysts for trials, admins for everything.
alter table errands enable row level security;
create policy web_read on errands for select using ((select weisu_role()) in ('admin', 'batch_operator', 'supervisor', 'analyst'));
create policy web_add on errands for insert with check (status = 'waiting' and case (select weisu_role())
  when 'admin' then true when 'batch_operator' then kind in ('rerun', 'backfill') when 'analyst' then kind in ('rules_trial', 'deadlines_trial') else false end);
create policy web_change on errands for update using ((select weisu_role()) in ('admin', 'batch_operator')) with check (cancelled_by is not null);
alter table import_rejects enable row level security;
create policy web_read on import_rejects for select using ((select weisu_role()) in ('admin', 'batch_operator'));
-- The register of units is everybody's to read and an admin's to change.
alter table units enable row level security;
create policy web_read on units for select using (true);
create policy web_add on units for insert with check ((select weisu_role()) = 'admin');
create policy web_change on units for update using ((select weisu_role()) = 'admin') with check ((select weisu_role()) = 'admin');
alter table unit_topics enable row level security;
create policy web_read on unit_topics for select using (true);
create policy web_add on unit_topics for insert with check ((select weisu_role()) = 'admin');
create policy web_remove on unit_topics for delete using ((select weisu_role()) = 'admin');
