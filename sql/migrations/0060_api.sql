-- Tokens of the API: a program acts for an account in one of its roles, for what the token's scopes allow. Of a token only the hash is kept.
create table api_tokens (
  -- First part of the token, by which people speak of it.
  id            text primary key check (id ~ '^[a-z0-9]{8}$'),
  name          text not null check (name <> ''),
  token_hash    bytea not null unique,
  account_id    int not null references accounts (id) on delete cascade,
  role          text not null,
  scopes        text[] not null check (scopes <> '{}'),
  created_by    text not null,
  created_at    timestamptz not null default clock_timestamp(),
  expires_at    timestamptz not null,
  last_used_at  timestamptz,
  revoked_at    timestamptz,
  revoked_by    text
);
create index api_tokens_account_idx on api_tokens (account_id);

-- What was answered under an Idempotency-Key: the same request again gets the same answer, and is not done again.
create table api_replies (
  account_id    int not null,
  key           text not null check (length(key) between 1 and 255),
  -- Of method, path, version seen and body.
  request_hash  bytea not null,
  status        int not null,
  headers       jsonb not null,
  body          text not null,
  at            timestamptz not null default clock_timestamp(),
  primary key (account_id, key)
);
create index api_replies_at_idx on api_replies (at);
alter table api_replies enable row level security;
create policy web_own on api_replies using (account_id = (select weisu_account())) with check (account_id = (select weisu_account()));
