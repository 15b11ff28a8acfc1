-- Tickets of the nights ($1, $2] of groups of one cause that got one after night $3 and have $4 different callers or more in that time, as night $2 knew them.
-- A group is called by what it had become by the night. Order: group, day, source, number.
with recursive late as (
  select source_id, ticket_no, issue_id, night from issue_tickets where night > $1 and night <= $2
), up as (
  select distinct issue_id as own, issue_id as root from late
  union
  select u.own, i.merged_into from up u join issues i on i.id = u.root where i.merged_on <= $2
), roots as (
  -- What a group became has the smallest number of the chain.
  select own, min(root) as root from up group by own
), fresh as (
  select root from late join roots on own = issue_id group by root having count(*) >= $4 and max(night) > $3
), members as (
  select r.root, l.source_id, l.ticket_no from late l join roots r on r.own = l.issue_id join fresh using (root)
), states as (
  select m.root, t.source_id, t.ticket_no, t.day, t.known_on, null::date as superseded_on, t.place_id, t.topic_id, t.caller_key, t.sweep
  from members m join tickets t using (source_id, ticket_no)
  union all
  select m.root, v.source_id, v.ticket_no, v.day, v.known_on, v.superseded_on, v.place_id, v.topic_id, v.caller_key, v.sweep
  from members m join ticket_versions v using (source_id, ticket_no)
)
select root as issue, source_id || '/' || ticket_no as ticket, day - date '1970-01-01' as day, place_id as place, topic_id as topic,
       coalesce(caller_key::text, source_id || '/' || ticket_no) as caller
from states
where known_on <= $2 and (superseded_on is null or superseded_on > $2) and sweep is null and day > $1
order by root, day, source_id, ticket_no
