-- Days on which some ticket, in any of its states, names one of the places: their counts are written anew. Params: $1 place ids.
insert into dirty_days
select day from tickets where place_id = any ($1::int[]) union select day from ticket_versions where place_id = any ($1::int[])
on conflict do nothing
