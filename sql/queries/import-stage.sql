-- The staging table of one import: rows as the reader understood them, and rejects, told apart by `fault`.
-- Session setting timezone is the source's zone: times without an offset are wall-clock times there; `day` is their date.
create temp table import_stage (
  line int not null,
  -- {"reason", "detail", "raw"} of a record that is no ticket; all else is null then.
  fault text,
  -- The ticket number has come before in this file, or may have.
  repeated boolean,
  ticket_no text, accepted_at timestamptz, day date, recorded_at timestamptz, dispatched_at timestamptz, deadline_at timestamptz, closed_at timestamptz,
  place_no int, topic_no int, unit_no int, caller_key uuid, lng double precision, lat double precision,
  appeal_type text, status text, urgency text, solved text, csat_first text, csat_final text, channel text, unreasonable_state text,
  co_units text, tags text, repeat_of text, dup_count int, urge_count int, return_count int, extend_count int, rework_count int,
  is_secret boolean, title text, content text, address_text text, row_hash bigint
) on commit drop
