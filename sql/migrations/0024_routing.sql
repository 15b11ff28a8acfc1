-- Who owns an alert, and who is not told of it: routing rules as versioned data, silences, and what nights decide by both.

-- On night N the version with the latest effective_on <= N is in force, the later one of two; before the first there are no rules.
create table routing_versions (
  version       int generated always as identity primary key,
  rules         jsonb not null,
  hash          text not null,
  author        text not null check (author <> ''),
  source        text not null check (source <> ''),
  note          text not null default '',
  effective_on  date not null,
  created_at    timestamptz not null default clock_timestamp()
);
create index routing_versions_effective_idx on routing_versions (effective_on);

-- Alerts that match are computed as ever and not notified, on the nights [known_on, until_on). A null matches everything.
create table silences (
  id          bigint generated always as identity primary key,
  place_path  text,
  topic_path  text,
  kind        text check (kind in ('emerging', 'common', 'seasonal')),
  -- Name of the lead unit.
  unit        text,
  -- Alerts above it are notified all the same.
  level       text not null check (level in ('blue', 'yellow', 'orange', 'red')),
  reason      text not null check (reason <> ''),
  by_whom     text not null check (by_whom <> ''),
  by_unit     text not null default '',
  by_role     text not null default '',
  known_on    date not null,
  until_on    date not null,
  at          timestamptz not null default clock_timestamp(),
  check (known_on < until_on)
);
-- Ends before its time, added and never changed: a silence holds on nights before the earliest known_on.
create table silence_ends (
  id          bigint generated always as identity primary key,
  silence_id  bigint not null references silences (id),
  reason      text not null default '',
  by_whom     text not null check (by_whom <> ''),
  by_unit     text not null default '',
  by_role     text not null default '',
  known_on    date not null,
  at          timestamptz not null default clock_timestamp()
);
create index silence_ends_silence_idx on silence_ends (silence_id);

-- How an alert came to its lead unit on a night, what history suggests, and why nobody was told of it, where nobody was.
create table alert_routes (
  alert_id    text not null,
  night       date not null,
  step        text not null,
  -- Of the routing version, where a rule decided.
  rule        text,
  version     int,
  -- Units that had refused the alert by then.
  refused     int[] not null default '{}',
  -- {unit, closed, of, low, high, place, family, returned}: who closed such tickets; null where too few were closed.
  suggestion  jsonb,
  held        text check (held in ('silenced', 'inhibited')),
  -- The silence or the parent alert.
  held_by     text,
  -- What its units were told on the night, were it not for budgets: null where it only went on, or was held.
  news        text check (news in ('opened', 'raised', 'released')),
  primary key (alert_id, night),
  foreign key (alert_id, night) references alert_nights (alert_id, night) on delete cascade,
  check ((held is null) = (held_by is null))
);

-- Where within its area an alert is: distinct callers of its window by place, how many are usual there, and the alert that stands there itself.
create table alert_places (
  alert_id  text not null,
  night     date not null,
  place_id  int not null,
  callers   int not null,
  usual     double precision,
  child_id  text,
  primary key (alert_id, night, place_id),
  foreign key (alert_id, night) references alert_nights (alert_id, night) on delete cascade
);

-- Who closed the tickets of seven days, as known four weeks after the last of them: by city, district and street, topic family and unit.
-- night: the Sunday on which it was counted. returned: of those that came back once or more, which `closed` leaves out.
create table routing_counts (
  night      date not null,
  place_id   int not null,
  family_id  int not null,
  unit_id    int not null,
  closed     int not null,
  returned   int not null,
  primary key (place_id, family_id, night, unit_id)
);
create index routing_counts_night_idx on routing_counts (night);
