-- The tickets of the groups of one cause that hold most tickets of alert $1, as night $2 knew both: at most $3 groups, each with at least $4 tickets of the alert.
-- A group is called by what it had become by the night. Order: group with most of the alert's tickets, then day, source, number.
with recursive mine as (
  select source_id, ticket_no from alert_tickets where alert_id = $1 and first_night <= $2
), grouped as (
  select m.source_id, m.ticket_no, i.issue_id from mine m join issue_tickets i using (source_id, ticket_no) where i.night <= $2
), up as (
  select distinct issue_id as own, issue_id as root from grouped
  union
  select u.own, i.merged_into from up u join issues i on i.id = u.root where i.merged_on <= $2
), chosen as (
  -- What a group became has the smallest number of the chain.
  select r.root, count(*)::int as shared from grouped g join (select own, min(root) as root from up group by own) r on r.own = g.issue_id
  group by r.root having count(*) >= $4 order by 2 desc, 1 limit $3
), down as (
  select root, root as own from chosen
  union
  select d.root, i.id from down d join issues i on i.merged_into = d.own where i.merged_on <= $2
), members as (
  select d.root, i.source_id, i.ticket_no from down d join issue_tickets i on i.issue_id = d.own where i.night <= $2
), states as (
  select m.root, t.source_id, t.ticket_no, t.day, t.known_on, null::date as superseded_on, t.place_id, t.topic_id, t.caller_key, t.sweep, t.is_secret, t.appeal_type, t.title, t.content
  from members m join tickets t using (source_id, ticket_no)
  union all
  select m.root, v.source_id, v.ticket_no, v.day, v.known_on, v.superseded_on, v.place_id, v.topic_id, v.caller_key, v.sweep, v.is_secret, v.appeal_type, v.title, v.content
  from members m join ticket_versions v using (source_id, ticket_no)
)
select s.root as issue, s.source_id || '/' || s.ticket_no as ticket, s.day, s.place_id as place, f.path as family,
       coalesce(s.caller_key::text, s.source_id || '/' || s.ticket_no) as caller, coalesce(s.title, '') as title, coalesce(s.content, '') as content,
       s.is_secret is not true and coalesce(s.appeal_type, '') !~ '举报' as quotable,
       exists (select from mine m where m.source_id = s.source_id and m.ticket_no = s.ticket_no) as mine
from states s join chosen c using (root) join topics p on p.id = s.topic_id left join topics f on f.id = p.family_id
where s.known_on <= $2 and (s.superseded_on is null or s.superseded_on > $2) and s.sweep is null
order by c.shared desc, s.root, s.day, s.source_id, s.ticket_no
