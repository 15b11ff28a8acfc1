-- Marks repeat appeals: the same caller, place and topic family within 30 days of the ticket before. Looks at every
-- ticket of repeat_callers, so that a late arrival turns the one after it into a repeat, and clears what no longer is.
-- The days of tickets whose mark changed become dirty themselves. Returns one row: marks changed.
with judged as (
  select t.source_id, t.ticket_no, t.is_repeat,
         coalesce(t.accepted_at - lag(t.accepted_at) over (
           partition by t.caller_key, p.rollup[cardinality(p.rollup)], coalesce(o.family_id, o.id) order by t.accepted_at, t.ticket_no
         ) <= interval '30 days', false) as repeats
  from tickets t
  join repeat_callers c using (caller_key)
  join topics o on o.id = t.topic_id
  join places p on p.id = t.place_id
),
changed as (
  update tickets t set is_repeat = j.repeats from judged j
  where j.repeats <> j.is_repeat and t.source_id = j.source_id and t.ticket_no = j.ticket_no
  returning t.day
),
dirtied as (
  insert into dirty_days (day) select distinct day from changed on conflict do nothing
)
select count(*)::int as changed from changed
