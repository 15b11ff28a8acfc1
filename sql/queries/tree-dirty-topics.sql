-- Days on which some ticket, in any of its states, is of one of the topics: their counts are written anew. Params: $1 topic ids.
insert into dirty_days
select day from tickets where topic_id = any ($1::int[]) union select day from ticket_versions where topic_id = any ($1::int[])
on conflict do nothing
