-- The registry of places: entities of more kinds, spellings, outlines, and merges that can be taken back; topics are bridged by the same means.

alter table places drop constraint places_kind_check;
alter table places add constraint places_kind_check check (kind in ('city', 'district', 'street', 'community', 'grid', 'compound', 'project', 'school', 'bus_line', 'merchant', 'developer', 'point'));
alter table places
  -- Whatever is said of this place is said of that one: `rollup` leads there, while tickets keep the place that they named.
  add column merged_into  int references places (id) check (merged_into <> id),
  -- Who built it, for a project; kept by name, since a developer has no territory.
  add column developer    text;
alter table topics add column merged_into int references topics (id) check (merged_into <> id);

-- A name as it is compared: width, case, blanks and marks do not count, nor 小区 behind a name.
create function place_normal(name text) returns text language sql immutable parallel safe strict as $$
  select regexp_replace(regexp_replace(lower(normalize(name, NFKC)), '[\s·•.,，。“”"''‘’()（）\-—_/]', '', 'g'), '^(.{2,})小区$', '\1')
$$;
create index places_normal_idx on places (place_normal(name));

create table place_aliases (
  place_id  int not null references places (id),
  name      text not null,
  -- promotion: the name it is sold under; registered: the name on file; spelling: any other way to write it.
  kind      text not null default 'spelling' check (kind in ('promotion', 'registered', 'former', 'spelling')),
  by_name   text not null,
  at        timestamptz not null default now(),
  primary key (place_id, name)
);
create index place_aliases_normal_idx on place_aliases (place_normal(name));

-- Outlines in WGS-84 degrees: polygons of rings, the first ring outside, the others holes.
create table place_outlines (
  place_id  int primary key references places (id),
  polygons  jsonb not null
);

-- What people, and imports by declared spellings, said of two nodes of a tree; never changed, only added to. The number of events of a node is its version.
create table tree_events (
  id        bigint generated always as identity primary key,
  tree      text not null check (tree in ('place', 'topic')),
  act       text not null check (act in ('merge', 'rename', 'split', 'alias', 'distinct', 'undo')),
  from_id   int not null,
  into_id   int not null,
  by_name   text not null,
  why       text not null,
  at        timestamptz not null default now(),
  undoes    bigint unique references tree_events (id),
  -- Places that had no centre of their own before: what a merge lends them, its undoing takes away.
  uncentred int[] not null default '{}',
  check ((act = 'undo') = (undoes is not null))
);
create index tree_events_from_idx on tree_events (tree, from_id);
create index tree_events_into_idx on tree_events (tree, into_id);
