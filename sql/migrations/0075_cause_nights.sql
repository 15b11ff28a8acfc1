-- Nights group the tickets of one cause themselves: what they ask must not read the whole store.

-- The first night whose tickets are grouped; null where it is the first that knows any.
alter table issue_states add column since date;

create index issues_merged_idx on issues (merged_into) where merged_into is not null;

-- Small, and rows come nearly in their order.
create index tickets_known_brin on tickets using brin (known_on) with (pages_per_range = 16);
create index tickets_batch_brin on tickets using brin (batch_id) with (pages_per_range = 16);
create index ticket_versions_known_brin on ticket_versions using brin (known_on) with (pages_per_range = 16);
