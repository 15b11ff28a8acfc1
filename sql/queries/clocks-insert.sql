-- New clocks. Params: $1 a JSON array of rows, instants in milliseconds.
insert into clocks (alert_id, clock, subject, n, kind, level, unit, version, rule, time_zone, country, started_at, counted_from, due_date, original_due_at, due_at, due_on, certain,
                    extended, extensions, next_step, next_at, held_until, stopped_at, stopped_by)
select c."alertId", c.clock, c.subject, c.n, c.kind, c.level, c.unit, c.version, c.rule, c."timeZone", c.country, to_timestamp(c."startedAt" / 1000), to_timestamp(c."countedFrom" / 1000),
       c."dueDate", to_timestamp(c."originalDueAt" / 1000), to_timestamp(c."dueAt" / 1000), c."dueOn", c.certain, c.extended, c.extensions, c."nextStep", to_timestamp(c."nextAt" / 1000),
       to_timestamp(c."heldUntil" / 1000), to_timestamp(c."stoppedAt" / 1000), c."stoppedBy"
from rows from (jsonb_to_recordset($1::jsonb) as (
  "alertId" text, clock text, subject text, n int, kind text, level text, unit text, version int, rule jsonb, "timeZone" text, country text, "startedAt" float8, "countedFrom" float8,
  "dueDate" date, "originalDueAt" float8, "dueAt" float8, "dueOn" date, certain boolean, extended int, extensions int, "nextStep" text, "nextAt" float8, "heldUntil" float8,
  "stoppedAt" float8, "stoppedBy" text)) with ordinality as c (
  "alertId", clock, subject, n, kind, level, unit, version, rule, "timeZone", country, "startedAt", "countedFrom", "dueDate", "originalDueAt", "dueAt", "dueOn", certain, extended,
  extensions, "nextStep", "nextAt", "heldUntil", "stoppedAt", "stoppedBy", position)
order by c.position
returning id::text as id
