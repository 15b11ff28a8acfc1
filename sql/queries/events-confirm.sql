-- Adds alert $1 as a known event: its place and family, from the start of its first night's window to its last night.
-- One of a coming season is nothing that happened. An alert that went on and is confirmed again gets a second event of more days; otherwise as events-add.
-- Params: $1 alert, $2 night from which it is known, $3 note.
insert into known_events (place_id, topic_id, from_on, until_on, known_on, note, alert_id)
select a.place_id, a.family_id, n.night - n.window_days + 1, a.last_night + 1, $2, $3, a.id
from alerts a join alert_nights n on n.alert_id = a.id and n.night = a.first_night
where a.id = $1 and a.kind <> 'seasonal'
on conflict (place_id, topic_id, from_on, until_on) do update
set known_on = least(known_events.known_on, excluded.known_on), note = coalesce(nullif(excluded.note, ''), known_events.note),
    alert_id = excluded.alert_id
returning id
