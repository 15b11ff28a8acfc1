-- Drops the states that are older than, or are, the one the store holds. Params: $1 source.
delete from import_later l using tickets t
where t.source_id = $1 and t.ticket_no = l.ticket_no
  and exists (select from import_later h where h.ticket_no = l.ticket_no and h.row_hash = t.row_hash and h.round >= l.round)
