-- Makes the indexes of `tickets` again as import-indexes-drop found them.
do $$
declare
  each record;
begin
  for each in select * from import_indexes order by constraint_name nulls last, name loop
    execute each.definition;
  end loop;
end $$
