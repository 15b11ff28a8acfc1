-- Gives known tickets the state of the staged row; `import-supersede` has kept the old one, by the same rule of time.
-- Params: $1 source, $2 batch, $3 now, $4 hours of the cut-off, $5 a later row of the same file, $6 place, $7 topic, $8 unit ids.
update tickets t set accepted_at = s.accepted_at, recorded_at = r.at, day = s.day,
  known_on = greatest(t.known_on, s.day, (r.at - make_interval(hours => $4))::date), batch_id = $2, row_hash = s.row_hash,
  place_id = ($6::int[])[s.place_no + 1], topic_id = ($7::int[])[s.topic_no + 1], caller_key = s.caller_key,
  lead_unit_id = ($8::int[])[s.unit_no + 1], recorded_assumed = $5 and s.recorded_at is null and t.recorded_assumed,
  is_repeat = s.repeat_of is not null, channel = s.channel, appeal_type = s.appeal_type, status = s.status, title = s.title,
  content = s.content, address_text = s.address_text, lng = s.lng, lat = s.lat, co_units = s.co_units, dispatched_at = s.dispatched_at,
  deadline_at = s.deadline_at, closed_at = s.closed_at, urgency = s.urgency, solved = s.solved, csat_first = s.csat_first,
  csat_final = s.csat_final, repeat_of = s.repeat_of, dup_count = s.dup_count, urge_count = s.urge_count, return_count = s.return_count,
  extend_count = s.extend_count, rework_count = s.rework_count, is_secret = s.is_secret, unreasonable_state = s.unreasonable_state, tags = s.tags
from import_stage s
join import_known k on k.line = s.line and not k.same
join tickets old on old.source_id = $1 and old.ticket_no = s.ticket_no
cross join lateral (
  select case when s.recorded_at > old.recorded_at then s.recorded_at when $5 then greatest(old.recorded_at, s.accepted_at) else greatest(old.recorded_at, $3::timestamptz) end as at
) r
where t.source_id = $1 and t.ticket_no = s.ticket_no
