-- Clocks as they stand now. Params: $1 a JSON array of rows, instants in milliseconds.
update clocks k
set level = c.level, unit = c.unit, version = c.version, rule = c.rule, counted_from = to_timestamp(c."countedFrom" / 1000), due_date = c."dueDate",
    due_at = to_timestamp(c."dueAt" / 1000), due_on = c."dueOn", certain = c.certain, extended = c.extended, extensions = c.extensions, next_step = c."nextStep",
    next_at = to_timestamp(c."nextAt" / 1000), held_until = to_timestamp(c."heldUntil" / 1000), stopped_at = to_timestamp(c."stoppedAt" / 1000), stopped_by = c."stoppedBy"
from jsonb_to_recordset($1::jsonb) as c (
  id bigint, level text, unit text, version int, rule jsonb, "countedFrom" float8, "dueDate" date, "dueAt" float8, "dueOn" date, certain boolean, extended int, extensions int,
  "nextStep" text, "nextAt" float8, "heldUntil" float8, "stoppedAt" float8, "stoppedBy" text)
where k.id = c.id
