-- The key that stands for the caller of an erased ticket from then on: no number leads to it, and distinct callers stay as many.
alter table erased_tickets add column caller_key uuid;
create index erased_tickets_source_idx on erased_tickets (source_id);
