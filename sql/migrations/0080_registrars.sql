-- The registers of places and topics are everybody's to read and to be changed by administrators of the whole city: a merge touches counts of every part of it.
create function weisu_registrar() returns boolean language sql stable return weisu_role() = 'admin' and weisu_sees_all();

do $$
declare
  t text;
begin
  foreach t in array array['places', 'topics', 'place_aliases', 'place_outlines', 'tree_events', 'dirty_days'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy web_read on %I for select using (true)', t);
    execute format('create policy web_add on %I for insert with check ((select weisu_registrar()))', t);
  end loop;
  foreach t in array array['places', 'topics'] loop
    execute format('create policy web_change on %I for update using ((select weisu_registrar())) with check ((select weisu_registrar()))', t);
  end loop;
  foreach t in array array['place_aliases', 'place_outlines'] loop
    execute format('create policy web_remove on %I for delete using ((select weisu_registrar()))', t);
  end loop;
end $$;
