-- Tickets of the groups as of night $1, accepted on the local days [$2, $3), each with the group that its own had become by then.
-- Params: $4 least distinct writers of a group in those days. A ticket without caller counts as one writer. Order: group, acceptance, source, number.
with recursive roots as (
  select id, id as root from issues where (merged_into is null or merged_on > $1) and begun_on <= $1
  union all
  select i.id, r.root from issues i join roots r on i.merged_into = r.id where i.merged_on <= $1
),
members as (
  select r.root as issue, t.source_id, t.ticket_no, t.accepted_at, t.day, t.place_id, t.title, t.content, coalesce(t.caller_key::text, t.source_id || ':' || t.ticket_no) as writer,
         m.likeness, m.night
  from issue_tickets m join roots r on r.id = m.issue_id join tickets t using (source_id, ticket_no)
  where m.night <= $1 and t.day >= $2 and t.day < $3
),
large as (
  select issue from members group by issue having count(distinct writer) >= $4
)
select m.issue, m.source_id::int as source, m.ticket_no as no, (m.day - date '1970-01-01')::int as day, (m.night - date '1970-01-01')::int as night,
       to_char(m.accepted_at at time zone s.time_zone, 'YYYY-MM-DD HH24:MI:SS') as at, m.place_id as place, coalesce(m.title, '') as title, coalesce(m.content, '') as content,
       md5(m.writer) as writer, m.likeness
from members m join large using (issue) join sources s on s.id = m.source_id
order by m.issue, m.accepted_at, m.source_id, m.ticket_no collate "C"
