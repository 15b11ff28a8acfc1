-- The same walls in other words. What belongs to an alert is looked up by the alert's key, a few rows at a time, whatever PostgreSQL would guess:
-- `offset 0` keeps it from reading every alert, or every ticket of every alert, into memory to check ten rows. Rankings and reviews, which are counted
-- by the thousand, stay as they are.
do $$
declare
  t text;
begin
  foreach t in array array['alert_nights', 'alert_series', 'alert_events', 'alert_tickets', 'alert_facts', 'alert_routes', 'alert_places', 'alert_acts', 'alert_verdicts', 'clocks', 'notices',
                           'alert_assignments', 'alert_feedback', 'alert_replies'] loop
    execute format('alter policy web_read on %I using ((select weisu_sees_all()) or exists (select from alerts a where a.id = alert_id offset 0))', t);
  end loop;
  alter policy web_read on clock_events using ((select weisu_sees_all()) or exists (select from clocks c where c.id = clock_id offset 0));
  foreach t in array array['tickets', 'ticket_versions'] loop
    execute format($policy$
      alter policy web_read on %1$I using (
        (select weisu_sees_all())
        or ((select weisu_ids('topics')) = '{}' or topic_id in (select o.id from topics o where o.rollup && (select weisu_ids('topics'))))
          and case (select weisu_view())
            when 'all' then (select weisu_ids('places')) = '{}' or place_id in (select p.id from places p where p.rollup && (select weisu_ids('places')))
            when 'unit' then lead_unit_id = any ((select weisu_ids('units'))::int[])
              and ((select weisu_ids('places')) = '{}' or place_id in (select p.id from places p where p.rollup && (select weisu_ids('places'))))
            when 'territory' then lead_unit_id = any ((select weisu_ids('units'))::int[]) or place_id in (select p.id from places p where p.rollup && (select weisu_ids('places')))
            else false
          end
        or (select weisu_view()) <> 'none' and exists (select from alert_tickets x where x.source_id = %1$I.source_id and x.ticket_no = %1$I.ticket_no offset 0)
      )$policy$, t);
  end loop;
end $$;

-- Open alerts of a family, with which one may be merged.
create index inbox_items_open_family_idx on inbox_items (family_id, place_id) where open;
