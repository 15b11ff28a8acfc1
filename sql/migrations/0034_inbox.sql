-- The inbox: one row an alert to filter and sort by, kept by triggers from what nights, people and clocks write; and what readers of it add.

-- Derived: may be emptied and filled again by inbox_refresh(array(select id from alerts)).
create table inbox_items (
  alert_id      text primary key references alerts (id) on delete cascade,
  kind          text not null,
  level         text not null,
  -- 0 red … 3 blue.
  rank          smallint not null,
  -- As nights have it, and as people have it: the fold of alert_acts (pipelines/alert-life/fold.ts).
  status        text not null,
  state         text not null,
  version       int not null,
  finding       text,
  escalated     text,
  -- Exclusive; null where it is not snoozed.
  snoozed_until date,
  -- Somebody's work: in a state of work, and either still with signals or already touched by somebody.
  open          boolean not null,
  -- Why nobody was told on its last night: silenced, inhibited, snoozed, merged, over_budget.
  withheld      text,
  place_id      int not null,
  topic_id      int not null,
  family_id     int not null,
  first_night   date not null,
  last_night    date not null,
  -- Names of units that have a part in it, lead, territory and assisting, without those that were replaced.
  lead          text,
  territory     text,
  units         text[] not null,
  -- Who did something with it, as 'name|unit'.
  actors        text[] not null,
  -- Account that somebody gave it to.
  assignee      text,
  -- Earliest deadline of its running clocks, else the alert's own day; infinity where there is none.
  due_at        timestamptz not null default 'infinity',
  due_clock     text,
  due_unit      text,
  -- When something of it changed that a reader would want to know, and by whom ('name|unit'; null: a night).
  changed_at    timestamptz not null,
  changed_by    text,
  -- The transaction at whose end it was derived last.
  xact          xid8
);
create index inbox_items_due_idx on inbox_items (due_at, rank, alert_id) where open;
create index inbox_items_level_idx on inbox_items (rank, due_at, alert_id) where open;
create index inbox_items_all_idx on inbox_items (due_at, rank, alert_id);
create index inbox_items_new_idx on inbox_items (first_night desc, rank, alert_id);
create index inbox_items_changed_idx on inbox_items (changed_at);
create index inbox_items_state_idx on inbox_items (state);
create index inbox_items_place_idx on inbox_items (place_id);
create index inbox_items_topic_idx on inbox_items (topic_id);
create index inbox_items_family_idx on inbox_items (family_id, last_night desc);
create index inbox_items_units_idx on inbox_items using gin (units);
create index inbox_items_actors_idx on inbox_items using gin (actors);
create index inbox_items_assignee_idx on inbox_items (assignee) where assignee is not null;

-- Which person a unit gave an alert to; no part of its state. Null account: nobody any more. Added, never changed.
create table alert_assignments (
  id        bigint generated always as identity primary key,
  alert_id  text not null,
  account   text,
  person    text not null default '',
  by_whom   text not null check (by_whom <> ''),
  unit      text not null,
  at        timestamptz not null default clock_timestamp()
);
create index alert_assignments_alert_idx on alert_assignments (alert_id, id desc);

-- Readers' words on whether an alert was right. Changes no state; the finding of a unit (alert_verdicts) is another thing. Added, never changed.
create table alert_feedback (
  id        bigint generated always as identity primary key,
  alert_id  text not null,
  verdict   text not null check (verdict in ('true', 'false', 'known', 'data_problem')),
  note      text not null default '',
  account   text not null default '',
  by_whom   text not null check (by_whom <> ''),
  unit      text not null,
  role      text not null,
  -- Version of the alert that its reader saw.
  seen      int,
  at        timestamptz not null default clock_timestamp()
);
create index alert_feedback_alert_idx on alert_feedback (alert_id, id);

-- What the callers of an alert are to be told. Added, never changed: the last one holds.
create table alert_replies (
  id        bigint generated always as identity primary key,
  alert_id  text not null,
  body      text not null check (body <> ''),
  by_whom   text not null check (by_whom <> ''),
  unit      text not null,
  role      text not null,
  at        timestamptz not null default clock_timestamp()
);
create index alert_replies_alert_idx on alert_replies (alert_id, id);

create trigger alert_assignments_append_only before update or delete on alert_assignments for each row execute function refuse_change();
create trigger alert_feedback_append_only before update or delete on alert_feedback for each row execute function refuse_change();
create trigger alert_replies_append_only before update or delete on alert_replies for each row execute function refuse_change();

-- What each account has seen of each alert.
create table inbox_seen (
  account   text not null,
  alert_id  text not null,
  seen_at   timestamptz not null,
  primary key (account, alert_id)
);

-- Filters that an account kept under a name; shared ones are offered to everybody.
create table inbox_views (
  id        bigint generated always as identity primary key,
  account   text not null,
  name      text not null check (name <> '' and length(name) <= 60),
  query     text not null check (length(query) <= 1000),
  shared    boolean not null default false,
  at        timestamptz not null default clock_timestamp(),
  unique (account, name)
);

-- The units of an alert as people's acts leave them; the same rules as foldLife. Kinds: lead, territory, co; released ones are left out.
create function inbox_parties(id text, out units text[], out kinds text[]) language plpgsql stable set search_path = public, pg_temp as $$
declare
  opening record;
  x record;
  names text[] := '{}';
  parts text[] := '{}';
  gone boolean[] := '{}';
  name text;
  at int;
  old text;
begin
  select l.name as lead, t.name as territory, array(select u.name from units u where u.id = any (a.co_unit_ids) order by u.name) as co into opening
  from alerts a left join units l on l.id = a.lead_unit_id left join units t on t.id = a.territory_unit_id where a.id = inbox_parties.id;
  if opening.lead is not null then names := names || opening.lead; parts := parts || 'lead'::text; gone := gone || false; end if;
  if opening.territory is not null and opening.territory <> all (names) then names := names || opening.territory; parts := parts || 'territory'::text; gone := gone || false; end if;
  foreach name in array coalesce(opening.co, '{}') loop
    if name <> all (names) then names := names || name; parts := parts || 'co'::text; gone := gone || false; end if;
  end loop;
  for x in select act, unit, party, detail from alert_acts where alert_id = inbox_parties.id and (party is not null or act in ('reassign', 'add_unit')) order by seq loop
    if x.act = 'reassign' then
      old := coalesce(x.detail->>'from', case when coalesce(x.party, 'lead') = 'lead' then (select names[i] from generate_subscripts(names, 1) i where parts[i] = 'lead' and not gone[i] order by i limit 1) end);
      for i in 1 .. cardinality(names) loop
        if names[i] = old or coalesce(x.party, 'lead') = 'lead' and parts[i] = 'lead' then gone[i] := true; end if;
      end loop;
      at := array_position(names, x.detail->>'unit');
      if at is null then names := names || (x.detail->>'unit'); parts := parts || coalesce(x.party, 'lead'); gone := gone || false;
      else parts[at] := coalesce(x.party, 'lead'); gone[at] := false; end if;
      continue;
    end if;
    -- Who acted as a party is one, whatever later nights assign; an added unit is one by the act itself.
    if x.party is not null and x.act <> 'refuse_reassign' then
      at := array_position(names, x.unit);
      if at is null or parts[at] <> x.party or gone[at] then
        if x.party = 'lead' then for i in 1 .. cardinality(names) loop if parts[i] = 'lead' and names[i] <> x.unit then gone[i] := true; end if; end loop; end if;
        if at is null then names := names || x.unit; parts := parts || x.party; gone := gone || false; else parts[at] := x.party; gone[at] := false; end if;
      end if;
    end if;
    if x.act = 'add_unit' then
      at := array_position(names, x.detail->>'unit');
      if at is null or parts[at] <> coalesce(x.detail->>'kind', 'co') or gone[at] then
        if x.detail->>'kind' = 'lead' then for i in 1 .. cardinality(names) loop if parts[i] = 'lead' and names[i] <> x.detail->>'unit' then gone[i] := true; end if; end loop; end if;
        if at is null then names := names || (x.detail->>'unit'); parts := parts || coalesce(x.detail->>'kind', 'co'); gone := gone || false;
        else parts[at] := coalesce(x.detail->>'kind', 'co'); gone[at] := false; end if;
      end if;
    end if;
  end loop;
  select coalesce(array_agg(names[i] order by i), '{}'), coalesce(array_agg(parts[i] order by i), '{}') into units, kinds from generate_subscripts(names, 1) i where not gone[i];
end $$;

-- Brings the rows of these alerts in line with what the store has.
create function inbox_refresh(ids text[], at_end boolean default false) returns void language sql security definer set search_path = public, pg_temp as $$
  insert into inbox_items as i (alert_id, kind, level, rank, status, state, version, finding, escalated, snoozed_until, open, withheld, place_id, topic_id, family_id, first_night, last_night,
    lead, territory, units, actors, assignee, due_at, due_clock, due_unit, changed_at, changed_by, xact)
  select a.id, a.kind, l.level, array_position(array['red', 'orange', 'yellow', 'blue'], l.level) - 1, a.status, s.state, coalesce(n.acts, 0) + b.returns, r.finding, r.escalated, r.snoozed_until,
    s.state = any ('{signed,verified,handling,on_book,strike_off_requested,under_review,reopened,reassign_requested}') or s.state = 'unsigned' and (a.status = 'open' or n.acts > 0 or c.due_at is not null),
    coalesce(w.held, case when not w.within_budget then 'over_budget' end),
    a.place_id, a.topic_id, a.family_id, a.first_night, a.last_night,
    p.units[array_position(p.kinds, 'lead')], p.units[array_position(p.kinds, 'territory')], p.units, coalesce(n.actors, '{}'), g.account,
    coalesce(c.due_at, d.due_at, 'infinity'), c.clock, c.unit, clock_timestamp(), x.who, case when at_end then pg_current_xact_id() end
  from alerts a
  cross join lateral inbox_parties(a.id) p
  left join lateral (select seq, state_after, known_on, by_whom || '|' || unit as who from alert_acts where alert_id = a.id order by seq desc limit 1) x on true
  left join lateral (select count(*)::int as acts, array_agg(distinct by_whom || '|' || unit) filter (where role <> 'system') as actors from alert_acts where alert_id = a.id) n on true
  -- Acts of people that a return of the cause undid: each 销号 once.
  cross join lateral (select count(distinct y.seq)::int as returns from alert_events e
    cross join lateral (select seq, state_after from alert_acts where alert_id = a.id and known_on <= e.night order by seq desc limit 1) y
    where e.alert_id = a.id and e.kind = 'returned' and y.state_after in ('struck_off', 'looking_back', 'archived')) b
  cross join lateral (select case when x.state_after in ('struck_off', 'looking_back', 'archived')
      and exists (select 1 from alert_events e where e.alert_id = a.id and e.kind = 'returned' and e.night >= x.known_on) then 'reopened' else coalesce(x.state_after, 'unsigned') end as state) s
  -- What the present round has of marks: since it was reopened by a person or came back by itself.
  cross join lateral (select coalesce(max(q.seq), 0) as since from (
      select seq from alert_acts where alert_id = a.id and act = 'reopen'
      union all
      select y.seq from alert_events e cross join lateral (select seq, state_after from alert_acts where alert_id = a.id and known_on <= e.night order by seq desc limit 1) y
      where e.alert_id = a.id and e.kind = 'returned' and y.state_after in ('struck_off', 'looking_back', 'archived')) q) o
  cross join lateral (select
      (select case when act = 'verify' then detail->>'finding' end from alert_acts where alert_id = a.id and seq > o.since and (act = 'verify' or act = 'reassign' and coalesce(party, 'lead') = 'lead') order by seq desc limit 1) as finding,
      (select detail->>'rung' from alert_acts where alert_id = a.id and seq > o.since and act = 'escalate' order by seq desc limit 1) as escalated,
      (select case when act = 'snooze' then (detail->>'until')::date end from alert_acts where alert_id = a.id and seq > o.since and act in ('snooze', 'wake') order by seq desc limit 1) as snoozed_until) r
  -- The level that a person set since the last night, in this round.
  cross join lateral (select coalesce((select detail->>'level' from alert_acts where alert_id = a.id and seq > o.since and act = 'lower_level' and known_on > a.last_night order by seq desc limit 1), a.level) as level) l
  left join lateral (select within_budget, (select held from alert_routes where alert_id = a.id and night = a.last_night) as held from alert_nights where alert_id = a.id and night = a.last_night) w on true
  left join lateral (select due_at, clock, unit from clocks where alert_id = a.id and stopped_at is null order by due_at, id limit 1) c on true
  left join lateral (select account from alert_assignments where alert_id = a.id order by id desc limit 1) g on true
  -- A day is over at its end, in the place's own time.
  left join lateral (select (a.due_on + 1)::timestamp at time zone coalesce((select min(z.time_zone) from sources z join places h on h.id = a.place_id and z.city = split_part(h.path, '›', 1)), 'UTC') as due_at) d on a.status = 'open' and s.state = 'unsigned'
  where a.id = any (ids)
  on conflict (alert_id) do update set
    kind = excluded.kind, level = excluded.level, rank = excluded.rank, status = excluded.status, state = excluded.state, version = excluded.version, finding = excluded.finding, escalated = excluded.escalated,
    snoozed_until = excluded.snoozed_until, open = excluded.open, withheld = excluded.withheld, place_id = excluded.place_id, topic_id = excluded.topic_id, family_id = excluded.family_id,
    first_night = excluded.first_night, last_night = excluded.last_night, lead = excluded.lead, territory = excluded.territory, units = excluded.units, actors = excluded.actors, assignee = excluded.assignee,
    due_at = excluded.due_at, due_clock = excluded.due_clock, due_unit = excluded.due_unit, xact = excluded.xact,
    changed_at = case when (i.version, i.level, i.status, i.withheld, i.lead, i.assignee) is distinct from (excluded.version, excluded.level, excluded.status, excluded.withheld, excluded.lead, excluded.assignee)
      then excluded.changed_at else i.changed_at end,
    changed_by = case when i.version <> excluded.version then excluded.changed_by
      when (i.level, i.status, i.withheld, i.lead, i.assignee) is distinct from (excluded.level, excluded.status, excluded.withheld, excluded.lead, excluded.assignee) then null else i.changed_by end
$$;

-- At the end of the transaction, once an alert: a night touches each of its alerts several times.
create function inbox_note() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  id text;
begin
  if tg_table_name = 'alerts' then id := new.id; else id := new.alert_id; end if;
  if not exists (select 1 from inbox_items i where i.alert_id = id and i.xact = pg_current_xact_id()) then perform inbox_refresh(array[id], true); end if;
  return null;
end $$;
create constraint trigger alerts_inbox after insert or update on alerts deferrable initially deferred for each row execute function inbox_note();
create constraint trigger alert_nights_inbox after insert on alert_nights deferrable initially deferred for each row execute function inbox_note();
create constraint trigger alert_acts_inbox after insert on alert_acts deferrable initially deferred for each row execute function inbox_note();
create constraint trigger alert_assignments_inbox after insert on alert_assignments deferrable initially deferred for each row execute function inbox_note();

-- Sweeps write thousands of clocks at once: all of a statement together.
create function inbox_clocks() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform inbox_refresh(array(select distinct alert_id from changed));
  return null;
end $$;
create trigger clocks_inserted_inbox after insert on clocks referencing new table as changed for each statement execute function inbox_clocks();
create trigger clocks_updated_inbox after update on clocks referencing new table as changed for each statement execute function inbox_clocks();

select inbox_refresh(array(select id from alerts));

-- Who sees what: as with alerts, by the units that have a part now; the same in fewer steps, for a page that reads many.
alter table inbox_items enable row level security;
create policy web_read on inbox_items for select using (
  (select weisu_sees_all())
  or ((select weisu_ids('topics')) = '{}' or topic_id in (select o.id from topics o where o.rollup && (select weisu_ids('topics'))))
    and case (select weisu_view())
      when 'all' then (select weisu_ids('places')) = '{}' or place_id in (select p.id from places p where p.rollup && (select weisu_ids('places')))
      when 'unit' then units && (select weisu_unit_names()) and ((select weisu_ids('places')) = '{}' or place_id in (select p.id from places p where p.rollup && (select weisu_ids('places'))))
      when 'territory' then place_id in (select p.id from places p where p.rollup && (select weisu_ids('places'))) or units && (select weisu_unit_names())
      else false
    end
);
do $$
declare
  t text;
begin
  foreach t in array array['alert_assignments', 'alert_feedback', 'alert_replies'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy web_read on %I for select using ((select weisu_sees_all()) or exists (select from alerts a where a.id = alert_id))', t);
  end loop;
end $$;
create policy web_add on alert_assignments for insert with check ((select weisu_view()) <> 'none' and exists (select from alerts a where a.id = alert_id));
create policy web_add on alert_feedback for insert with check (account = (select weisu_account())::text and role = (select weisu_role()) and exists (select from alerts a where a.id = alert_id));
create policy web_add on alert_replies for insert with check (role = (select weisu_role()) and exists (select from alerts a where a.id = alert_id));
alter table inbox_seen enable row level security;
create policy web_own on inbox_seen using (account = (select weisu_account())::text) with check (account = (select weisu_account())::text);
alter table inbox_views enable row level security;
create policy web_read on inbox_views for select using (shared or account = (select weisu_account())::text);
create policy web_own on inbox_views using (account = (select weisu_account())::text) with check (account = (select weisu_account())::text);
-- Notices that were given up are made pending again.
create policy web_change on notices for update using ((select weisu_role()) in ('admin', 'batch_operator')) with check ((select weisu_role()) in ('admin', 'batch_operator'));
