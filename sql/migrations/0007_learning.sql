-- What came of alerts, what units said of them, and what nights learn from both.

-- Words of the units, added and never changed: the latest that a night knew counts.
create table alert_verdicts (
  id         bigint generated always as identity primary key,
  -- No foreign key: an alert that is computed anew keeps its id, and its verdicts.
  alert_id   text not null,
  verdict    text not null check (verdict in ('true', 'partly', 'false', 'known')),
  known_on   date not null,
  by_whom    text not null default '',
  note       text not null default '',
  created_at timestamptz not null default now()
);
create index alert_verdicts_alert_idx on alert_verdicts (alert_id, known_on);

-- Moves of thresholds that a person took back: those that an alert had brought before `known_on`, from that night on.
create table threshold_undos (
  id         bigint generated always as identity primary key,
  alert_id   text not null,
  known_on   date not null,
  by_whom    text not null default '',
  note       text not null default '',
  created_at timestamptz not null default now()
);

create index alert_events_night_idx on alert_events (night);

-- An alert is reviewed some nights after it was opened and after each time it was raised. What the first version wrote had other words.
delete from reviews;
alter table reviews drop constraint reviews_pkey;
alter table reviews
  add column fresh_night date not null,
  add column event text not null check (event in ('opened', 'raised')),
  -- log10 of the chance of as many callers, were nothing the matter.
  add column log10_p double precision not null,
  -- Nights from the alert to the 10th, 20th and 50th ticket since its window began: negative where the ticket came first, null where it has not come.
  add column lead_10 int,
  add column lead_20 int,
  add column lead_50 int,
  add check (outcome in ('surged', 'still_on', 'ended_quietly', 'came_to_nothing')),
  add primary key (night, alert_id, fresh_night);
create index reviews_fresh_idx on reviews (alert_id, fresh_night, age_days);

-- What was known of an alert when it was opened or raised: what a ranker learns from, and what records are counted by.
create table rank_items (
  night      date not null,
  alert_id   text not null references alerts (id) on delete cascade,
  event      text not null check (event in ('opened', 'raised')),
  kind       text not null,
  level      text not null,
  rule       text not null,
  detector   text not null,
  place_id   int not null,
  family_id  int not null,
  unit_id    int,
  score      double precision not null,
  features   jsonb not null,
  primary key (night, alert_id)
);

-- The ranker of a night, whether it served, and why not.
create table rankers (
  night        date primary key,
  serves       boolean not null,
  reason       text not null check (reason in ('serves', 'few_outcomes', 'one_sided', 'not_better', 'no_convergence')),
  outcomes     int not null,
  good         double precision not null,
  model        jsonb,
  holdout      jsonb
);

-- Every move of a series' threshold, in decades of the recurrence interval.
create table threshold_moves (
  night        date not null,
  alert_id     text not null references alerts (id) on delete cascade,
  reason       text not null check (reason in ('judged_false', 'judged_true', 'came_to_nothing')),
  place_id     int not null,
  family_id    int not null,
  from_offset  double precision not null,
  to_offset    double precision not null,
  primary key (night, alert_id, reason)
);
create index threshold_moves_series_idx on threshold_moves (place_id, family_id, night);
