-- What can be said before the first ticket: promised dates, the calendar of seasons, topics that go before others.

-- A date that was promised to people at a place, as a project's delivery. A later row of the place and kind replaces an earlier
-- one from the night on that knows of it; nights before `known_on` do not know of it.
create table promised_dates (
  id           int generated always as identity primary key,
  place_id     int not null references places (id),
  kind         text not null,
  promised_on  date not null,
  households   int check (households > 0),
  note         text not null default '',
  known_on     date not null,
  created_at   timestamptz not null default now(),
  unique (place_id, kind, known_on)
);

-- Tables that are computed once a week, on Sundays, whatever they found: how many series or pairs were tested.
create table weekly_tables (
  night   date not null,
  name    text not null,
  tested  int not null,
  found   int not null,
  primary key (night, name)
);

-- Families that rose in the coming weeks of past years, as known on a Sunday night.
create table seasonal_outlook (
  night            date not null,
  place_id         int not null,
  family_id        int not null,
  -- First and busiest of the coming weeks, by their Mondays; whether the rise had begun by the night.
  begins_on        date not null,
  peaks_on         date not null,
  begun            boolean not null,
  -- Expected callers a week at the peak over those of the last weeks, with its 90 % interval.
  factor           double precision not null,
  low              double precision not null,
  high             double precision not null,
  -- Callers a week: of the last weeks, and over the last year.
  present          double precision not null,
  year             double precision not null,
  p                double precision not null,
  q                double precision not null,
  -- Each past year: when it rose, by how much, how many callers.
  years            jsonb not null,
  -- Where those callers were, with their share.
  areas            jsonb not null,
  primary key (night, place_id, family_id)
);

-- Pairs of topics of which the first goes before the second at the same place, as known on a Sunday night.
create table topic_leads (
  night            date not null,
  place_depth      smallint not null,
  before_topic_id  int not null,
  after_topic_id   int not null,
  -- Weeks from the first's rise to the second's: median and quartiles.
  lag              double precision not null,
  lag_low          double precision not null,
  lag_high         double precision not null,
  -- Rises of the second, those of them that had one of the first in the weeks before, and how many chance would have had so.
  rises            int not null,
  hits             int not null,
  expected         double precision not null,
  -- Places of the hits; rises of the first that had one of the second in the weeks before.
  places           int not null,
  backward         int not null,
  p                double precision not null,
  q                double precision not null,
  examples         jsonb not null,
  primary key (night, place_depth, before_topic_id, after_topic_id)
);
