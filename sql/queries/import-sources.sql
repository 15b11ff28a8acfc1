-- All sources with the totals of their ledgers; tickets are those first learned from a batch of the source.
select s.id, s.name, s.preset, s.city, s.country, s.time_zone as "timeZone",
  coalesce(sum(b.new), 0)::int as tickets, count(b.id)::int as batches, coalesce(sum(b.rejected), 0)::int as rejected,
  min(b.first_day) as "firstDay", max(b.last_day) as "lastDay",
  to_char(max(b.finished_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "lastImportAt"
from sources s left join import_batches b on b.source_id = s.id and b.status = 'done'
group by s.id
order by s.name
