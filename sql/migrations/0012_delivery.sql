-- Who is told what where, and what became of each message.

create table subscriptions (
  id            text primary key,
  channel       text not null check (channel in ('email', 'webhook', 'wecom', 'dingtalk', 'feishu')),
  -- An address, or where one is found: 'env:NAME', 'file:/path'. Addresses of group robots are secrets and stand here as references only.
  target        text not null,
  -- Where the signing secret is found, never the secret itself.
  secret_ref    text check (secret_ref ~ '^(env:|file:)'),
  format        text not null default 'standard' check (format in ('standard', 'alertmanager', 'cloudevents')),
  -- Empty lists hold everything. Places and topics are paths and count with all below them.
  units         text[] not null default '{}',
  places        text[] not null default '{}',
  topics        text[] not null default '{}',
  kinds         text[] not null default '{}',
  min_level     text not null default 'blue' check (min_level in ('blue', 'yellow', 'orange', 'red')),
  -- Local times of day 'HH:MM' at which a digest leaves; empty: each message at once.
  slots         text[] not null default '{}',
  -- Whether the first digest of a day leaves although there is nothing to tell.
  empty_digest  boolean not null default true,
  quiet_from    text,
  quiet_until   text,
  -- Alerts of this level and above pass quiet hours and digests.
  urgent_level  text not null default 'red' check (urgent_level in ('blue', 'yellow', 'orange', 'red')),
  time_zone     text not null,
  locale        text not null check (locale in ('zh', 'en')),
  status        text not null default 'active' check (status in ('active', 'disabled', 'removed')),
  status_reason text not null default '',
  created_at    timestamptz not null default clock_timestamp(),
  -- Failures of the target in a row, and until when nothing is tried there.
  failures      int not null default 0,
  hold_until    timestamptz,
  check ((quiet_from is null) = (quiet_until is null)),
  check (target ~ '^(env:|file:)' or channel in ('email', 'webhook'))
);

-- What people and the product did to subscriptions; no secrets.
create table subscription_events (
  id              bigint generated always as identity primary key,
  subscription_id text not null references subscriptions (id),
  act             text not null check (act in ('added', 'removed', 'disabled', 'enabled')),
  by              text not null,
  reason          text not null default '',
  at              timestamptz not null default clock_timestamp()
);

-- One row a notice and subscription: the delivery log. Rows of one bundle travel in one message.
create table deliveries (
  id              text primary key,
  -- Null in a digest that has nothing to tell.
  notice_id       text,
  night           date not null,
  subscription_id text references subscriptions (id),
  -- The subscription, or 'channel:file' for what nobody subscribed to.
  target          text not null,
  channel         text not null,
  bundle          text not null,
  bundle_kind     text not null check (bundle_kind in ('alert', 'summary', 'digest')),
  -- When the digest is to leave.
  slot_at         timestamptz,
  -- The unit that nobody of its own would have been told for.
  unreached_unit  text,
  status          text not null default 'pending' check (status in ('pending', 'failed', 'delivered', 'dead', 'withheld')),
  attempts        int not null default 0,
  created_at      timestamptz not null default clock_timestamp(),
  -- Not before this time: a digest's slot, the end of quiet hours, the next attempt.
  next_at         timestamptz,
  tried_at        timestamptz,
  delivered_at    timestamptz,
  error           text,
  -- HTTP status, SMTP reply or the robot's own code.
  response_code   int
);
create index deliveries_open_idx on deliveries (target, night, notice_id) where status in ('pending', 'failed');
create index deliveries_dead_idx on deliveries (created_at) where status = 'dead';
create index deliveries_bundle_idx on deliveries (bundle);
create index deliveries_notice_idx on deliveries (notice_id);
create index deliveries_tried_idx on deliveries (target, tried_at) where tried_at is not null;
create index deliveries_night_idx on deliveries (night);
