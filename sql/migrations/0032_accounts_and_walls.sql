-- Accounts, sessions and the audit log; and the walls between units: what the web's own login role may see and write (row-level security).
-- The owner of the tables, as whom nights run, passes them; schemas of replays have none.

create table accounts (
  id            int generated always as identity primary key,
  -- Sign-in name.
  name          text not null check (name ~ '^[[:alnum:]._@-]{2,64}$'),
  full_name     text not null check (full_name <> ''),
  -- PHC string of argon2id; null where the person signs in elsewhere, or has not chosen one yet.
  password      text,
  -- TOTP: the secret, once it was confirmed; the one that waits for it; the last time step that was used.
  totp_secret   bytea,
  totp_pending  bytea,
  totp_step     bigint,
  -- Of a sign-in service: issuer and subject.
  oidc_issuer   text,
  oidc_subject  text,
  language      text check (language in ('zh', 'en')),
  theme         text check (theme in ('light', 'dark', 'auto')),
  -- Made with a demo store; its password is shown on the sign-in page.
  demo          boolean not null default false,
  disabled_at   timestamptz,
  created_by    text not null default '',
  created_at    timestamptz not null default clock_timestamp(),
  unique (oidc_issuer, oidc_subject),
  check ((oidc_issuer is null) = (oidc_subject is null))
);
create unique index accounts_name_idx on accounts (lower(name));

-- A role of a person and what it reaches; an empty list restricts nothing. Places and topics count with all below them.
create table account_roles (
  account_id  int not null references accounts (id) on delete cascade,
  role        text not null check (role in ('unit_liaison', 'unit_lead', 'territory_lead', 'analyst', 'supervisor', 'policy_reader', 'batch_operator', 'admin')),
  unit_ids    int[] not null default '{}',
  place_ids   int[] not null default '{}',
  topic_ids   int[] not null default '{}',
  granted_by  text not null default '',
  granted_at  timestamptz not null default clock_timestamp(),
  primary key (account_id, role),
  check (role not in ('unit_liaison', 'unit_lead') or unit_ids <> '{}'),
  check (role <> 'territory_lead' or unit_ids <> '{}' or place_ids <> '{}')
);

-- Of a session only the hash of its id is kept. `waiting`: the password was right, the second factor is still to come.
create table web_sessions (
  id          bigint generated always as identity primary key,
  token_hash  bytea not null unique,
  account_id  int not null references accounts (id) on delete cascade,
  role        text not null,
  waiting     boolean not null default false,
  method      text not null check (method in ('password', 'oidc', 'link')),
  address     text not null default '',
  agent       text not null default '',
  created_at  timestamptz not null default clock_timestamp(),
  seen_at     timestamptz not null default clock_timestamp(),
  expires_at  timestamptz not null,
  ended_at    timestamptz,
  ended_by    text
);
create index web_sessions_account_idx on web_sessions (account_id) where ended_at is null;

-- Failures to sign in, by account ('account:NAME') and by address ('address:IP').
create table sign_in_failures (
  key           text primary key,
  failures      int not null,
  first_at      timestamptz not null,
  locked_until  timestamptz
);

-- Links that let somebody in once, to choose a password: the first administrator, a new or forgotten password.
create table one_time_links (
  token_hash  bytea primary key,
  -- Null: whoever comes first becomes the administrator.
  account_id  int references accounts (id) on delete cascade,
  made_by     text not null default '',
  made_at     timestamptz not null default clock_timestamp(),
  expires_at  timestamptz not null,
  used_at     timestamptz
);

-- Requests to a sign-in service that have not come back; the browser holds the other half.
create table oidc_requests (
  state_hash  bytea primary key,
  verifier    text not null,
  nonce       text not null,
  next        text not null,
  expires_at  timestamptz not null
);
-- What a claim of the sign-in service means here. Nobody gets a role that does not stand here or in account_roles.
create table oidc_claims (
  id          int generated always as identity primary key,
  claim       text not null check (claim <> ''),
  value       text not null check (value <> ''),
  role        text not null,
  unit_ids    int[] not null default '{}',
  place_ids   int[] not null default '{}',
  topic_ids   int[] not null default '{}',
  made_by     text not null default '',
  made_at     timestamptz not null default clock_timestamp(),
  unique (claim, value, role)
);

-- Who read full text and why, who changed what, who came in and who was turned away. Each row holds the hash of itself and the one before.
create table audit_log (
  -- 1, 2, 3, … without a gap: a row that was taken out is missed.
  id          bigint primary key,
  at          timestamptz not null default clock_timestamp(),
  account_id  int,
  name        text not null default '',
  role        text not null default '',
  act         text not null check (act <> ''),
  object      text not null default '',
  purpose     text not null default '',
  detail      jsonb not null default '{}',
  address     text not null default '',
  request_id  text not null default '',
  before_hash bytea not null,
  hash        bytea not null
);
create index audit_log_act_idx on audit_log (act, id);
create index audit_log_account_idx on audit_log (account_id, id);

-- The same text for the same row whatever the settings of the session.
create function audit_text(r audit_log) returns text language sql immutable as $$
  select jsonb_build_array(r.id, extract(epoch from r.at)::text, r.account_id, r.name, r.role, r.act, r.object, r.purpose, r.detail, r.address, r.request_id)::text
$$;
-- Runs as the owner: who adds a row need not be able to read the one before.
create function audit_chain() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  last public.audit_log;
begin
  perform pg_advisory_xact_lock(7132, 0);
  select * into last from public.audit_log order by id desc limit 1;
  new.id := coalesce(last.id, 0) + 1;
  new.at := clock_timestamp();
  new.before_hash := coalesce(last.hash, '\x00'::bytea);
  new.hash := sha256(new.before_hash || convert_to(public.audit_text(new), 'UTF8'));
  return new;
end $$;
create trigger audit_log_chain before insert on audit_log for each row execute function audit_chain();
create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger audit_log_append_only before update or delete on audit_log for each row execute function refuse_audit_change();
create trigger audit_log_no_truncate before truncate on audit_log for each statement execute function refuse_audit_change();

-- Tickets whose text and caller were erased on request: a later import of the same ticket brings neither back.
create table erased_tickets (
  source_id  smallint not null,
  ticket_no  text not null,
  erased_at  timestamptz not null default clock_timestamp(),
  primary key (source_id, ticket_no)
);

-- Units that people named on an alert, or that acted on it, beside those that nights name.
create table alert_guests (
  alert_id  text not null,
  unit_id   int not null,
  primary key (alert_id, unit_id)
);
create index alert_guests_unit_idx on alert_guests (unit_id);
create function note_guests() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  insert into public.alert_guests (alert_id, unit_id)
  select new.alert_id, u.id from public.units u
  where new.party is not null and u.name = new.unit or new.act in ('reassign', 'add_unit', 'add_task') and u.name = new.detail->>'unit'
  on conflict do nothing;
  return null;
end $$;
create trigger alert_acts_guests after insert on alert_acts for each row execute function note_guests();
insert into alert_guests
select distinct a.alert_id, u.id from alert_acts a join units u
  on a.party is not null and u.name = a.unit or a.act in ('reassign', 'add_unit', 'add_task') and u.name = a.detail->>'unit';
create index alert_tickets_ticket_idx on alert_tickets (source_id, ticket_no);

-- The web tells each transaction who asks (weisu.actor, JSON) and proves it with a key that its own role cannot read: what gets
-- statements past the program still cannot name somebody else.
create table web_keys (
  single  boolean primary key default true check (single),
  key     bytea not null
);
create function weisu_said() returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  said text := nullif(current_setting('weisu.actor', true), '');
  secret bytea;
begin
  if said is null then
    return null;
  end if;
  select key into secret from public.web_keys;
  if secret is null or encode(sha256(secret || sha256(secret || convert_to(said, 'UTF8'))), 'hex') is distinct from current_setting('weisu.proof', true) then
    return null;
  end if;
  return said::jsonb;
end $$;
-- Policies ask these once a statement: (select weisu_role()).
-- Their bodies are bound here: no search path leads them elsewhere.
create function weisu_account() returns int language sql stable return (weisu_said()->>'account')::int;
create function weisu_role() returns text language sql stable return coalesce(weisu_said()->>'role', '');
create function weisu_view() returns text language sql stable return coalesce(weisu_said()->>'view', 'none');
create function weisu_ids(what text) returns int[] language sql stable begin atomic
  select coalesce(array_agg(v::int), '{}') from jsonb_array_elements_text(coalesce(weisu_said()->what, '[]')) as v;
end;
create function weisu_unit_names() returns text[] language sql stable begin atomic
  select coalesce(array_agg(v), '{}') from jsonb_array_elements_text(coalesce(weisu_said()->'unitNames', '[]')) as v;
end;
-- Everything, without limit by place or topic.
create function weisu_sees_all() returns boolean language sql stable
  return weisu_view() = 'all' and weisu_ids('places') = '{}' and weisu_ids('topics') = '{}';

alter table alerts enable row level security;
create policy web_read on alerts for select using (
  (select weisu_sees_all())
  or ((select weisu_ids('topics')) = '{}' or topic_id in (select o.id from topics o where o.rollup && (select weisu_ids('topics'))))
    and case (select weisu_view())
      when 'all' then (select weisu_ids('places')) = '{}' or place_id in (select p.id from places p where p.rollup && (select weisu_ids('places')))
      when 'unit' then
        (lead_unit_id = any ((select weisu_ids('units'))::int[]) or territory_unit_id = any ((select weisu_ids('units'))::int[]) or co_unit_ids && (select weisu_ids('units'))
          or id in (select g.alert_id from alert_guests g where g.unit_id = any ((select weisu_ids('units'))::int[])))
        and ((select weisu_ids('places')) = '{}' or place_id in (select p.id from places p where p.rollup && (select weisu_ids('places'))))
      when 'territory' then
        place_id in (select p.id from places p where p.rollup && (select weisu_ids('places')))
        or lead_unit_id = any ((select weisu_ids('units'))::int[]) or territory_unit_id = any ((select weisu_ids('units'))::int[]) or co_unit_ids && (select weisu_ids('units'))
        or id in (select g.alert_id from alert_guests g where g.unit_id = any ((select weisu_ids('units'))::int[]))
      else false
    end
);

-- What belongs to an alert is seen with it.
do $$
declare
  t text;
begin
  foreach t in array array['alert_nights', 'alert_series', 'alert_events', 'alert_tickets', 'alert_facts', 'alert_routes', 'alert_places', 'alert_acts', 'alert_verdicts', 'threshold_undos',
                           'threshold_moves', 'rank_items', 'reviews', 'clocks', 'notices'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy web_read on %I for select using ((select weisu_sees_all()) or exists (select from alerts a where a.id = alert_id))', t);
  end loop;
  -- What people write of an alert they see.
  foreach t in array array['alert_verdicts', 'threshold_undos', 'notices', 'clocks'] loop
    execute format('create policy web_add on %I for insert with check ((select weisu_view()) <> ''none'' and exists (select from alerts a where a.id = alert_id))', t);
  end loop;
  execute 'create policy web_change on clocks for update using (exists (select from alerts a where a.id = alert_id)) with check (exists (select from alerts a where a.id = alert_id))';
end $$;
-- Under their own role; what the product adds by itself to their act is the system's.
create policy web_add on alert_acts for insert with check (
  role in ((select weisu_role()), 'system') and exists (select from alerts a where a.id = alert_id)
  and ((select weisu_view()) = 'all' or unit = any ((select weisu_unit_names())::text[]) or role = 'system')
);
create policy web_operators on notices for select using ((select weisu_role()) in ('batch_operator', 'admin'));
alter table clock_events enable row level security;
create policy web_read on clock_events for select using ((select weisu_sees_all()) or exists (select from clocks c where c.id = clock_id));
create policy web_add on clock_events for insert with check (exists (select from clocks c where c.id = clock_id));

-- Tickets: of one's unit, of one's territory, and of alerts that one sees.
do $$
declare
  t text;
begin
  foreach t in array array['tickets', 'ticket_versions'] loop
    execute format('alter table %I enable row level security', t);
    execute format($policy$
      create policy web_read on %1$I for select using (
        (select weisu_sees_all())
        or ((select weisu_ids('topics')) = '{}' or topic_id in (select o.id from topics o where o.rollup && (select weisu_ids('topics'))))
          and case (select weisu_view())
            when 'all' then (select weisu_ids('places')) = '{}' or place_id in (select p.id from places p where p.rollup && (select weisu_ids('places')))
            when 'unit' then lead_unit_id = any ((select weisu_ids('units'))::int[])
              and ((select weisu_ids('places')) = '{}' or place_id in (select p.id from places p where p.rollup && (select weisu_ids('places'))))
            when 'territory' then lead_unit_id = any ((select weisu_ids('units'))::int[]) or place_id in (select p.id from places p where p.rollup && (select weisu_ids('places')))
            else false
          end
        or (select weisu_view()) <> 'none' and exists (select from alert_tickets x where x.source_id = %1$I.source_id and x.ticket_no = %1$I.ticket_no)
      )$policy$, t);
  end loop;
end $$;

-- What everybody who is signed in may read, and a few roles may write.
do $$
declare
  w record;
begin
  for w in select * from (values
    ('rule_versions', array['admin']), ('rule_trials', array['admin', 'analyst']), ('deadline_versions', array['admin']), ('deadline_trials', array['admin', 'analyst']),
    ('routing_versions', array['admin']), ('silences', array['supervisor', 'analyst', 'admin']), ('silence_ends', array['supervisor', 'analyst', 'admin']),
    ('known_events', array['supervisor', 'analyst', 'admin']), ('due_runs', array['batch_operator', 'admin'])
  ) as v (name, roles) loop
    execute format('alter table %I enable row level security', w.name);
    execute format('create policy web_read on %I for select using ((select weisu_role()) <> '''')', w.name);
    execute format('create policy web_add on %I for insert with check ((select weisu_role()) = any (%L))', w.name, w.roles);
    execute format('create policy web_change on %I for update using ((select weisu_role()) = any (%L)) with check ((select weisu_role()) = any (%L))', w.name, w.roles, w.roles);
    execute format('create policy web_remove on %I for delete using ((select weisu_role()) = any (%L))', w.name, w.roles);
  end loop;
end $$;

-- Addresses of people and what was sent to them.
do $$
declare
  t text;
begin
  foreach t in array array['subscriptions', 'subscription_events', 'deliveries'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy web_read on %I for select using ((select weisu_role()) in (''admin'', ''batch_operator'', ''supervisor'', ''analyst''))', t);
    execute format('create policy web_add on %I for insert with check ((select weisu_role()) = ''admin'')', t);
    execute format('create policy web_change on %I for update using ((select weisu_role()) in (''admin'', ''batch_operator'')) with check ((select weisu_role()) in (''admin'', ''batch_operator''))', t);
  end loop;
end $$;

alter table audit_log enable row level security;
create policy web_read on audit_log for select using ((select weisu_role()) = 'admin');
create policy web_add on audit_log for insert with check (account_id = (select weisu_account()));
