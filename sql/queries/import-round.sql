-- Puts one round of later states into the emptied staging table. Params: $1 round.
insert into import_stage (line, ticket_no, accepted_at, day, recorded_at, dispatched_at, deadline_at, closed_at, place_no, topic_no, unit_no,
  caller_key, lng, lat, appeal_type, status, urgency, solved, csat_first, csat_final, channel, unreasonable_state, co_units, tags, repeat_of,
  dup_count, urge_count, return_count, extend_count, rework_count, is_secret, title, content, address_text, row_hash)
select line, ticket_no, accepted_at, day, recorded_at, dispatched_at, deadline_at, closed_at, place_no, topic_no, unit_no,
  caller_key, lng, lat, appeal_type, status, urgency, solved, csat_first, csat_final, channel, unreasonable_state, co_units, tags, repeat_of,
  dup_count, urge_count, return_count, extend_count, rework_count, is_secret, title, content, address_text, row_hash
from import_later where round = $1
