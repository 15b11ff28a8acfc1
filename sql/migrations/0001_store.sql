-- The store of one deployment: sources, tickets with their versions, the two trees, counts, nights, alerts, notices.
-- Instants are timestamptz; `day` is the local day of the ticket's source; `known_on` the first night that may see it.

create table sources (
  id              smallint generated always as identity primary key,
  name            text not null unique,
  preset          text not null,
  city            text not null,
  country         text not null default 'CN',
  time_zone       text not null,
  datum           text not null default 'WGS-84' check (datum in ('WGS-84', 'GCJ-02', 'BD-09', 'CGCS2000')),
  staff_channels  text[] not null default '{}',
  profile         jsonb not null default '{}',
  created_at      timestamptz not null default now()
);

create table places (
  id          int generated always as identity primary key,
  parent_id   int references places (id),
  depth       smallint not null,
  kind        text not null check (kind in ('city', 'district', 'street', 'community', 'compound', 'point')),
  name        text not null,
  -- Names from the city down, joined by '›': the natural key, the same on every machine.
  path        text not null unique,
  -- Ids from the city down to this place itself: a ticket here counts at each of them.
  rollup      int[] not null default '{}',
  code        text,
  households  int,
  lng         double precision,
  lat         double precision,
  check ((parent_id is null) = (depth = 0))
);

create table topics (
  id          int generated always as identity primary key,
  parent_id   int references topics (id),
  depth       smallint not null,
  name        text not null,
  path        text not null unique,
  -- The topic that stands for the cause: alerts are one per place and family.
  family_id   int references topics (id),
  is_family   boolean not null default false,
  rollup      int[] not null default '{}',
  check ((parent_id is null) = (depth = 0))
);
-- Id 1: every topic's root.
insert into topics (depth, name, path, rollup) values (0, '全部', '', '{1}');

create table units (
  id          int generated always as identity primary key,
  name        text not null unique,
  kind        text not null default 'bureau' check (kind in ('bureau', 'street', 'district', 'enterprise', 'hotline')),
  territory_path text
);
create table unit_topics (
  unit_id     int not null references units (id),
  topic_path  text not null,
  primary key (unit_id, topic_path)
);

create table import_batches (
  id           bigint generated always as identity primary key,
  source_id    smallint not null references sources (id),
  file_name    text not null,
  file_hash    text not null,
  bytes        bigint not null,
  preset       text not null,
  mapping      jsonb not null,
  status       text not null check (status in ('running', 'done', 'failed')),
  read         bigint not null default 0,
  new          bigint not null default 0,
  changed      bigint not null default 0,
  unchanged    bigint not null default 0,
  duplicate    bigint not null default 0,
  duplicate_differing bigint not null default 0,
  rejected     bigint not null default 0,
  first_day    date,
  last_day     date,
  quality      jsonb,
  error        text,
  started_at   timestamptz not null default now(),
  finished_at  timestamptz,
  check (status <> 'done' or read = new + changed + unchanged + duplicate + rejected)
);
create unique index import_batches_file_idx on import_batches (source_id, file_hash) where status = 'done';

create table import_rejects (
  -- Checked at the end: a batch's counts are known, and its row written, after its rejects.
  batch_id  bigint not null references import_batches (id) deferrable initially deferred,
  line      bigint not null,
  reason    text not null,
  detail    text,
  -- The mapped cells under their own headers; personal data is replaced before it gets here.
  raw       jsonb,
  primary key (batch_id, line)
);

-- What is now known of each ticket; what was known before stands in ticket_versions.
create table tickets (
  source_id       smallint not null,
  ticket_no       text not null,
  accepted_at     timestamptz not null,
  recorded_at     timestamptz not null,
  day             date not null,
  known_on        date not null,
  batch_id        bigint not null,
  row_hash        bigint not null,
  place_id        int not null,
  topic_id        int not null,
  caller_key      uuid,
  lead_unit_id    int,
  recorded_assumed boolean not null,
  is_repeat       boolean not null default false,
  sweep           text,
  channel         text,
  appeal_type     text,
  status          text,
  title           text,
  content         text,
  address_text    text,
  lng             double precision,
  lat             double precision,
  co_units        text,
  dispatched_at   timestamptz,
  deadline_at     timestamptz,
  closed_at       timestamptz,
  urgency         text,
  solved          text,
  csat_first      text,
  csat_final      text,
  repeat_of       text,
  dup_count       int,
  urge_count      int,
  return_count    int,
  extend_count    int,
  rework_count    int,
  is_secret       boolean,
  unreasonable_state text,
  tags            text,
  primary key (source_id, ticket_no)
);
create index tickets_day_idx on tickets (day);
create index tickets_caller_idx on tickets (caller_key, accepted_at) where caller_key is not null;

-- Superseded states, each with the time at which it stopped being what we knew.
create table ticket_versions (
  like tickets,
  superseded_at   timestamptz not null,
  superseded_on   date not null,
  superseded_by   bigint not null,
  version         int not null,
  primary key (source_id, ticket_no, version)
);
create index ticket_versions_day_idx on ticket_versions (day);

-- Days whose tickets changed since they were last counted.
create table dirty_days (
  day date primary key
);

-- Change of the counts of a cell made known on a night. As of night N a cell's count is the sum over known_on <= N.
-- callers: distinct callers first seen in the cell on that night; a ticket without caller counts as one caller.
-- sweeps are among tickets; callers, repeats, dissatisfied and overdue leave them out.
create table daily_counts (
  day           date not null,
  known_on      date not null,
  place_id      int not null,
  topic_id      int not null,
  tickets       int not null,
  callers       int not null,
  repeats       int not null,
  dissatisfied  int not null,
  overdue       int not null,
  sweeps        int not null,
  primary key (day, place_id, topic_id, known_on)
) partition by range (day);
-- A night reads what became known on it, whatever days that concerns.
create index daily_counts_known_idx on daily_counts (known_on);

-- Makes the monthly partitions that hold [from_day, until_day).
create function ensure_count_partitions(from_day date, until_day date) returns void language plpgsql as $$
declare
  month date;
begin
  for month in select generate_series(date_trunc('month', from_day), until_day - 1, interval '1 month')::date loop
    execute format('create table if not exists daily_counts_%s partition of daily_counts for values from (%L) to (%L)',
      to_char(month, 'YYYY_MM'), month, (month + interval '1 month')::date);
  end loop;
end
$$;

create table runs (
  night         date primary key,
  status        text not null check (status in ('running', 'succeeded', 'failed')),
  attempt       int not null default 1,
  code_version  text not null,
  config_hash   text not null,
  input_hash    text,
  error         text,
  started_at    timestamptz not null default now(),
  finished_at   timestamptz
);
create table run_steps (
  night     date not null references runs (night) on delete cascade,
  name      text not null,
  position  smallint not null,
  status    text not null check (status in ('running', 'succeeded', 'failed')),
  rows_in   bigint not null default 0,
  rows_out  bigint not null default 0,
  detail    jsonb not null default '{}',
  seconds   double precision,
  primary key (night, name)
);

-- What the detectors said that is worth keeping: alert and watch verdicts, after explaining away.
create table signals (
  night            date not null,
  place_id         int not null,
  topic_id         int not null,
  detector         text not null,
  verdict          text not null check (verdict in ('alert', 'watch')),
  window_days      int not null,
  observed         int not null,
  expected         double precision not null,
  upper            double precision not null,
  log10_p          double precision not null,
  recurrence_days  double precision not null,
  callers          int not null,
  evidence         jsonb not null default '{}',
  primary key (night, place_id, topic_id, detector)
);

-- How many series were judged, and why the others could not be.
create table night_coverage (
  night   date not null,
  place_depth smallint not null,
  topic_depth smallint not null,
  verdict text not null,
  reason  text not null default '',
  series  int not null,
  primary key (night, place_depth, topic_depth, verdict, reason)
);

create table alerts (
  id               text primary key,
  kind             text not null check (kind in ('emerging', 'common', 'seasonal')),
  level            text not null check (level in ('blue', 'yellow', 'orange', 'red')),
  status           text not null check (status in ('open', 'ended')),
  place_id         int not null references places (id),
  topic_id         int not null references topics (id),
  family_id        int not null references topics (id),
  first_night      date not null,
  last_night       date not null,
  ended_on         date,
  parent_alert_id  text references alerts (id),
  lead_unit_id     int references units (id),
  territory_unit_id int references units (id),
  co_unit_ids      int[] not null default '{}',
  lead_reason      text not null default '',
  due_on           date,
  due_certain      boolean not null default true
);
create index alerts_cause_idx on alerts (family_id, place_id);

-- The alert as it stood on each night on which it had a signal.
create table alert_nights (
  alert_id         text not null references alerts (id) on delete cascade,
  night            date not null,
  level            text not null,
  place_id         int not null,
  topic_id         int not null,
  tickets          int not null,
  callers          int not null,
  observed         int not null,
  expected         double precision not null,
  upper            double precision not null,
  window_days      int not null,
  log10_p          double precision not null,
  recurrence_days  double precision not null,
  rank             int not null,
  within_budget    boolean not null default true,
  why              jsonb not null default '{}',
  primary key (alert_id, night)
);
create index alert_nights_night_idx on alert_nights (night);

-- 90 days of the alert's series as of its last night, for charts.
create table alert_series (
  alert_id  text not null references alerts (id) on delete cascade,
  day       date not null,
  observed  int,
  expected  double precision,
  upper     double precision,
  primary key (alert_id, day)
);

create table alert_events (
  alert_id  text not null references alerts (id) on delete cascade,
  night     date not null,
  kind      text not null check (kind in ('opened', 'raised', 'lowered', 'moved', 'continued', 'ended', 'returned')),
  before    text,
  after     text,
  primary key (alert_id, night, kind)
);

create table alert_tickets (
  alert_id    text not null references alerts (id) on delete cascade,
  source_id   smallint not null,
  ticket_no   text not null,
  first_night date not null,
  primary key (alert_id, source_id, ticket_no)
);

-- The outbox: written in the alert's transaction, delivered by jobs, never twice under one id.
create table notices (
  id            text primary key,
  alert_id      text not null,
  night         date not null,
  reason        text not null,
  unit_id       int references units (id),
  channel       text not null default 'file',
  payload       jsonb not null,
  status        text not null default 'pending' check (status in ('pending', 'delivered', 'failed', 'withheld')),
  attempts      int not null default 0,
  -- After a failed attempt, not before this time.
  next_at       timestamptz,
  delivered_at  timestamptz,
  error         text
);
create index notices_pending_idx on notices (status) where status = 'pending';

-- Expected counts of the coming days, per night, for the series of open alerts and the upper levels of the trees.
create table forecasts (
  night     date not null,
  place_id  int not null,
  topic_id  int not null,
  horizon   int not null,
  mean      double precision not null,
  q10       double precision not null,
  q90       double precision not null,
  surge     double precision,
  primary key (night, place_id, topic_id, horizon)
);

-- What became of earlier nights' alerts, looked at from a later night.
create table reviews (
  night            date not null,
  alert_id         text not null references alerts (id) on delete cascade,
  age_days         int not null,
  tickets_since    int not null,
  callers_since    int not null,
  expected_since   double precision,
  outcome          text not null,
  primary key (night, alert_id)
);
