-- Known events, and centres for places that no registry located.

-- Something that really happened at a place and below it, about a topic and below it, on the days [from_on, until_on): a
-- surge that was confirmed, a storm, a campaign. It teaches nothing about what is usual, and stays in every count and chart.
-- Nights before `known_on` do not know of it.
create table known_events (
  id          int generated always as identity primary key,
  place_id    int not null references places (id),
  topic_id    int not null references topics (id),
  from_on     date not null,
  until_on    date not null,
  known_on    date not null,
  note        text not null default '',
  alert_id    text references alerts (id) on delete set null,
  created_at  timestamptz not null default now(),
  unique (place_id, topic_id, from_on, until_on),
  check (from_on < until_on)
);

-- Whether lng and lat are the mean of tickets; where a place has few of them, that is somebody's door.
alter table places add column centre_from_tickets boolean not null default false;
-- The first night after this migration finds the centres of the places that are there.
insert into dirty_days (day) select distinct day from tickets on conflict do nothing;
