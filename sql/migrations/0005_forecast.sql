-- What the coming days bring: covariates that explain counts, forecasts with their quantiles, the models behind them, and
-- what became of the forecasts.

-- Files of daily covariates that were read; `rejects` are rows with line, reason, column and value.
create table covariate_files (
  id           int generated always as identity primary key,
  name         text not null,
  file_name    text not null,
  file_hash    text not null,
  read         int not null,
  kept         int not null,
  rejected     int not null,
  -- Values, not rows: a row has one a column.
  new          int not null,
  changed      int not null,
  unchanged    int not null,
  first_day    date,
  last_day     date,
  rejects      jsonb not null default '[]',
  imported_at  timestamptz not null default now(),
  unique (name, file_hash),
  check (read = kept + rejected)
);

-- A daily value of one place and everything below it. As of night N a day has the value with the latest known_on <= N: an
-- observation is known on its own day, a forecast (of weather) before it, a correction from the day on which it came.
create table covariates (
  name      text not null,
  variable  text not null,
  place_id  int not null references places (id),
  day       date not null,
  known_on  date not null,
  value     double precision not null,
  primary key (name, variable, place_id, day, known_on)
);

-- Callers of the `horizon` days after the night. `surge` is P(callers >= threshold) where there is a threshold, else (rows of
-- earlier versions) the chance of as many, per day, as in the eight weeks before. `chances` is P(callers >= n) by n.
alter table forecasts
  add column q025 double precision,
  add column q25 double precision,
  add column q50 double precision,
  add column q75 double precision,
  add column q975 double precision,
  add column threshold int,
  add column usual double precision,
  add column chances jsonb not null default '{}',
  add column model text not null default 'usual',
  add column trained_on date,
  -- False where a day lies beyond the known calendar of working days.
  add column certain boolean not null default true;

-- Callers of single days after the night, for the charts of alerts.
create table forecast_days (
  night     date not null,
  place_id  int not null,
  topic_id  int not null,
  day       date not null,
  mean      double precision not null,
  q10       double precision not null,
  q25       double precision not null,
  q50       double precision not null,
  q75       double precision not null,
  q90       double precision not null,
  primary key (night, place_id, topic_id, day)
);

-- Models by the night on which they were trained, with how they did on the nights before it.
create table forecast_models (
  trained_on    date not null,
  name          text not null,
  series_class  text not null,
  params        jsonb not null,
  seed          text not null,
  code_version  text not null,
  score_card    jsonb not null,
  serves        boolean not null,
  reason        text not null,
  primary key (trained_on, series_class, name)
);

-- Forecasts of earlier nights against what came, looked at from a night: sums of `horizon` days that were over by then.
create table forecast_reviews (
  night         date not null,
  forecast_of   date not null,
  series_class  text not null,
  horizon       int not null,
  model         text not null,
  series        int not null,
  -- Weighted quantile loss: twice the sum of the quantile losses over the sum of the callers that came.
  wql           double precision,
  coverage80    double precision,
  brier         double precision,
  observed      int not null,
  mean          double precision not null,
  primary key (night, series_class, horizon, model)
);
