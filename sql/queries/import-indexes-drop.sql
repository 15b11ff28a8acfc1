-- Takes the indexes off the empty table `tickets` and notes how they were made. Emptying it in this very transaction
-- lets PostgreSQL leave its first rows out of the log where wal_level is minimal. Readers wait until the end.
do $$
declare
  each record;
begin
  create temp table import_indexes on commit drop as
    select i.indexrelid::regclass::text as name, c.conname as constraint_name,
      case when c.oid is null then pg_get_indexdef(i.indexrelid)
        else format('alter table tickets add constraint %I %s', c.conname, pg_get_constraintdef(c.oid)) end as definition
    from pg_index i left join pg_constraint c on c.conindid = i.indexrelid and c.conrelid = i.indrelid
    where i.indrelid = 'tickets'::regclass;
  for each in select * from import_indexes loop
    if each.constraint_name is null then execute format('drop index %s', each.name);
    else execute format('alter table tickets drop constraint %I', each.constraint_name);
    end if;
  end loop;
  truncate tickets;
end $$
