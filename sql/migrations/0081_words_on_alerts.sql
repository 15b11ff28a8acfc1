-- What readers say of an alert teaches nights where its unit has found nothing yet: from the local day on which it was said.
alter table alert_feedback add column known_on date;

-- The word on each alert that is known by a night: the latest finding of a unit; without one what most readers say, each by their last word, `known` where they say that its data was wrong.
-- As many for one as for another is no word.
create function words_on_alerts(night date) returns table (alert_id text, verdict text, known_on date) language sql stable as $$
  with found as (
    select distinct on (v.alert_id) v.alert_id, v.verdict, v.known_on from alert_verdicts v where v.known_on <= night order by v.alert_id, v.known_on desc, v.id desc
  ),
  said as (
    select distinct on (f.alert_id, coalesce(nullif(f.account, ''), f.by_whom)) f.alert_id, case f.verdict when 'data_problem' then 'known' else f.verdict end as verdict, coalesce(f.known_on, f.at::date) as known_on
    from alert_feedback f where coalesce(f.known_on, f.at::date) <= night order by f.alert_id, coalesce(nullif(f.account, ''), f.by_whom), f.id desc
  ),
  ranked as (
    select s.alert_id, s.verdict, max(s.known_on) as known_on, count(*) as n, max(count(*)) over (partition by s.alert_id) as most from said s group by 1, 2
  ),
  agreed as (
    select r.alert_id, min(r.verdict) as verdict, max(r.known_on) as known_on from ranked r where r.n = r.most group by 1 having count(*) = 1
  )
  select * from found union all select a.* from agreed a where not exists (select from found f where f.alert_id = a.alert_id)
$$;
