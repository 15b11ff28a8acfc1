-- Out-of-scope appeals (不合理诉求): what people ruled, and the counts without them.

-- A human ruling on one ticket; the latest that a night knows holds. Rows are only added. Before the first, the state that the source gave holds.
create table appeal_rulings (
  source_id   smallint not null,
  ticket_no   text not null,
  seq         int not null,
  ruling      text not null check (ruling in ('out_of_scope', 'in_scope')),
  by_whom     text not null check (by_whom <> ''),
  reason      text not null check (reason <> ''),
  -- First night that may know of it.
  known_on    date not null,
  created_at  timestamptz not null default now(),
  primary key (source_id, ticket_no, seq)
);

-- Whether a source's word says that a hotline ruled an appeal out of scope; applied for, refused and unknown words do not.
create function is_out_of_scope(state text) returns boolean language sql immutable parallel safe as $$
  select coalesce(btrim(state) ~* '^(已认定|认定|认定不合理|已认定不合理|审核通过|通过|不合理|是|true|yes|y|1)$', false)
$$;

-- Tickets ruled out of scope, as changes like the others: they are among tickets and callers, and not among dissatisfied and overdue.
alter table daily_counts add column out_of_scope int not null default 0;
