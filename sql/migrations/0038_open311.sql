-- Open311 servers that tickets are taken from: what is asked for, and how far asking has come.
create table open311_feeds (
  source_id      int primary key references sources (id),
  -- Address of the GeoReport v2 service, without a slash at its end.
  url            text not null,
  jurisdiction   text,
  -- Reference to the API key ('env:NAME', 'file:/path'), never the key.
  key_ref        text,
  -- Formats and sizes of requests, columns, topics by service code; see pipelines/open311/feed.ts.
  options        jsonb not null default '{}',
  -- First moment that is asked for.
  since          timestamptz not null,
  -- Tickets requested before this moment have been asked for.
  polled_until   timestamptz,
  -- When asking began: what is older is history, learned of at once.
  first_poll_at  timestamptz,
  -- When tickets older than the overlap were last asked for again.
  last_deep_at   timestamptz,
  last_poll_at   timestamptz,
  last_ok_at     timestamptz,
  -- The server asked not to be asked before this moment.
  hold_until     timestamptz,
  -- Of the last poll that failed, and how many have failed in a row.
  error_code     text,
  error          text,
  failures       int not null default 0,
  -- What was odd about the last poll, as codes.
  faults         text[] not null default '{}',
  enabled        boolean not null default true
);

-- What a server calls its services. A service keeps the topic under which it first came, until a person maps it.
create table open311_services (
  source_id      int not null references open311_feeds (source_id) on delete cascade,
  code           text not null,
  name           text not null,
  topic          text[] not null,
  first_seen_at  timestamptz not null default clock_timestamp(),
  primary key (source_id, code)
);
