-- Classifiers of topics, trained on tickets whose topic somebody told, and the tickets whose topic one of them guessed.

create table topic_models (
  id           int generated always as identity primary key,
  trained_at   timestamptz not null default now(),
  active       boolean not null default false,
  -- Topics by label; measures on tickets that training did not see; bytes of the weights, compressed.
  topic_ids    int[] not null,
  threshold    double precision not null,
  report       jsonb not null,
  state        bytea not null
);
create unique index topic_models_active_idx on topic_models (active) where active;

create table topic_guesses (
  source_id    smallint not null,
  ticket_no    text not null,
  topic_id     int not null references topics (id),
  confidence   real not null check (confidence between 0 and 1),
  model_id     int not null references topic_models (id),
  primary key (source_id, ticket_no)
);

-- A guess is seen with its ticket.
alter table topic_guesses enable row level security;
create policy web_read on topic_guesses for select using (
  (select weisu_sees_all()) or exists (select from tickets t where t.source_id = topic_guesses.source_id and t.ticket_no = topic_guesses.ticket_no));
