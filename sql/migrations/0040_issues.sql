-- Tickets of one cause, grouped by what they say: public tables, since a group depends on the tickets alone and on nothing that a night decided.

-- A group is called by the number of its first ticket in the order of grouping. One that turned out to be another's part says so, since when.
create table issues (
  id           int primary key,
  begun_on     date not null,
  merged_into  int,
  merged_on    date,
  check ((merged_into is null) = (merged_on is null)),
  check (merged_into < id)
);

create table issue_tickets (
  source_id    smallint not null,
  ticket_no    text not null,
  issue_id     int not null,
  -- The night that grouped it: the first that knew it.
  night        date not null,
  -- Cosine to the group before it joined; 1 for the first.
  likeness     real not null,
  primary key (source_id, ticket_no)
);
create index issue_tickets_issue_idx on issue_tickets (issue_id);
create index issue_tickets_night_idx on issue_tickets (night);

-- What grouping has to remember from one night to the next, compressed; the last few nights.
create table issue_states (
  night        date primary key,
  settings     text not null,
  batch_id     bigint not null,
  state        bytea not null
);
