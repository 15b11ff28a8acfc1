-- First staged tickets with the names of their places, topics and units.
-- Params: $1 place ids, $2 topic ids, $3 unit ids, each in order of the numbers that rows carry; $4 rows.
select s.line, s.ticket_no, to_char(s.accepted_at, 'YYYY-MM-DD HH24:MI:SSOF') as accepted_at, to_char(s.recorded_at, 'YYYY-MM-DD HH24:MI:SSOF') as recorded_at,
  p.path as place, t.path as topic, u.name as lead_unit, s.channel, s.appeal_type, s.status, s.lng, s.lat, s.caller_key is not null as has_caller,
  left(s.title, 80) as title, left(s.content, 120) as content, s.address_text
from import_stage s
left join places p on p.id = ($1::int[])[s.place_no + 1]
left join topics t on t.id = ($2::int[])[s.topic_no + 1]
left join units u on u.id = ($3::int[])[s.unit_no + 1]
where s.fault is null
order by s.line limit $4
