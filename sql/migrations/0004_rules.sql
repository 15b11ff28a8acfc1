-- Rules of alerting as versioned data, what was tried before, and what the rules of a night looked at.

-- On night N the version with the latest effective_on <= N is in force, the later one of two; before the first the product's
-- defaults with the settings of the deployment.
create table rule_versions (
  version        int generated always as identity primary key,
  rules          jsonb not null,
  -- Of the rules without their names and remarks: what alerts.
  hash           text not null,
  author         text not null check (author <> ''),
  source         text not null default '',
  note           text not null default '',
  created_at     timestamptz not null default now(),
  effective_on   date not null,
  activated_at   timestamptz not null default now(),
  -- What they would have raised on history, and on which; null where they were activated untried, for a reason.
  score_card     jsonb,
  replay         text,
  untried_reason text check (untried_reason <> ''),
  check ((score_card is null) = (untried_reason is not null))
);
create index rule_versions_effective_idx on rule_versions (effective_on);

-- The latest trial of each set of rules on each range of nights, beside the rules that were in force.
create table rule_trials (
  hash        text not null,
  from_on     date not null,
  until_on    date not null,
  base_hash   text not null,
  replay      text,
  score_card  jsonb not null,
  tried_at    timestamptz not null default now(),
  primary key (hash, from_on, until_on),
  check (from_on < until_on)
);

-- What the level rules saw of an alert on a night, and its lead unit then: other rules can be asked without judging again.
create table alert_facts (
  alert_id  text not null,
  night     date not null,
  unit_id   int,
  facts     jsonb not null,
  primary key (alert_id, night),
  foreign key (alert_id, night) references alert_nights (alert_id, night) on delete cascade
);
