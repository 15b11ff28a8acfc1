-- What people do with alerts. The state of an alert is the fold of these rows; they are added and never changed.

create table alert_acts (
  -- No foreign key: an alert that is computed anew keeps its id, and what was done with it.
  alert_id      text not null,
  -- 1, 2, 3, … an alert; two people cannot both write the next one.
  seq           int not null check (seq > 0),
  act           text not null,
  state_before  text not null,
  state_after   text not null,
  by_whom       text not null check (by_whom <> ''),
  unit          text not null check (unit <> ''),
  role          text not null,
  -- Part of the acting unit, or of the unit whose part was changed: lead, co, territory; null where it had none.
  party         text check (party in ('lead', 'co', 'territory')),
  why           text not null default '',
  -- What belongs to the act: finding, unit, until, task, file and so on.
  detail        jsonb not null default '{}',
  at            timestamptz not null default clock_timestamp(),
  -- First night that knows of it: the local day of `at`, unless said otherwise.
  known_on      date not null,
  primary key (alert_id, seq)
);
create index alert_acts_known_idx on alert_acts (known_on);
create index alert_acts_unit_idx on alert_acts (unit, at);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger alert_acts_append_only before update or delete on alert_acts for each row execute function refuse_change();
