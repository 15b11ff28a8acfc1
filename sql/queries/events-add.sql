-- Adds a known event. The same place, topic and days again are the same event, known since the earlier of the two nights.
-- Params: $1 place, $2 topic, $3 first day, $4 day after the last, $5 night from which it is known, $6 note.
insert into known_events (place_id, topic_id, from_on, until_on, known_on, note)
values ($1, $2, $3, $4, $5, $6)
on conflict (place_id, topic_id, from_on, until_on) do update
set known_on = least(known_events.known_on, excluded.known_on), note = coalesce(nullif(excluded.note, ''), known_events.note)
returning id
