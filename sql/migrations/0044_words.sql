-- What tickets say: their words by day, and the bursts of words that nights found.

-- The tickets of a day whose place, text or caller became known on a night, packed (features/word-entries.ts). As of night N a day's
-- tickets are the changes with known_on <= N in their order, the later one of a ticket in place of the earlier.
create table word_days (
  day       date not null,
  known_on  date not null,
  tickets   int not null,
  entries   bytea not null,
  primary key (day, known_on)
);
alter table word_days alter column entries set storage external;

-- Days whose words are still to be counted.
create table word_dirty_days (
  day date primary key
);
insert into word_dirty_days (day) select distinct day from tickets;

-- Words that callers of a place began to say, as the night found them; one row a burst. Tickets are 'source/number'.
create table word_bursts (
  night            date not null,
  rank             int not null,
  place_id         int not null,
  topic_id         int not null,
  verdict          text not null check (verdict in ('alert', 'watch')),
  window_days      int not null,
  callers          int not null,
  observed         int not null,
  expected         double precision not null,
  upper            double precision not null,
  log10_p          double precision not null,
  recurrence_days  double precision not null,
  -- [{text, callers}], the most telling first.
  phrases          jsonb not null,
  tickets          text[] not null,
  primary key (night, rank)
);
