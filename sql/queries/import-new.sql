-- Stores the staged tickets that the store does not know. Days are local days, since timezone is the source's zone.
-- Params: $1 source, $2 batch, $3 now, $4 'auto' | 'accepted' | 'arrival', $5 hours of the cut-off, $6 place ids, $7 topic ids,
-- $8 unit ids, each in order of the numbers that rows carry; $9 true: the source has tickets, leave out the known ones.
insert into tickets (source_id, ticket_no, accepted_at, recorded_at, day, known_on, batch_id, row_hash, place_id, topic_id, caller_key,
  lead_unit_id, recorded_assumed, is_repeat, channel, appeal_type, status, title, content, address_text, lng, lat, co_units, dispatched_at,
  deadline_at, closed_at, urgency, solved, csat_first, csat_final, repeat_of, dup_count, urge_count, return_count, extend_count,
  rework_count, is_secret, unreasonable_state, tags)
select $1, s.ticket_no, s.accepted_at,
  case when s.recorded_at is not null then s.recorded_at when s.accepted_at > b.assumed_until then $3 else s.accepted_at end, s.day,
  case when s.recorded_at is not null then greatest(s.day, (s.recorded_at - make_interval(hours => $5))::date)
    when s.accepted_at > b.assumed_until then greatest(s.day, b.night) else s.day end,
  $2, s.row_hash, ($6::int[])[s.place_no + 1], ($7::int[])[s.topic_no + 1], s.caller_key, ($8::int[])[s.unit_no + 1],
  s.recorded_at is null and not s.accepted_at > b.assumed_until, s.repeat_of is not null, s.channel, s.appeal_type, s.status, s.title,
  s.content, s.address_text, s.lng, s.lat, s.co_units, s.dispatched_at, s.deadline_at, s.closed_at, s.urgency, s.solved, s.csat_first,
  s.csat_final, s.repeat_of, s.dup_count, s.urge_count, s.return_count, s.extend_count, s.rework_count, s.is_secret, s.unreasonable_state, s.tags
from import_stage s, (
  select case $4 when 'arrival' then '-infinity' when 'accepted' then 'infinity' else $3::timestamptz - interval '3 days' end::timestamptz as assumed_until,
    ($3::timestamptz - make_interval(hours => $5))::date as night
  offset 0) b
where s.fault is null
  and not ($9 and exists (select from import_known k where k.line = s.line))
