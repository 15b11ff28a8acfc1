-- A fingerprint of the tickets of days before $1, in all their states: how many, of which rows, known when, with which marks.
select concat_ws('/',
  (select concat_ws(' ', count(*), bit_xor(row_hash), sum(known_on - day), count(sweep)) from tickets where day < $1::date),
  (select concat_ws(' ', count(*), bit_xor(row_hash), sum(known_on - day), sum(superseded_on - day)) from ticket_versions where day < $1::date),
  (select md5(string_agg(concat_ws(' ', id, from_id, into_id), ',' order by id)) from tree_events where act in ('merge', 'rename', 'split', 'undo'))) as mark
