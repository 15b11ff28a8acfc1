-- Ids of the numbers that rows carry, in order of the numbers. Params: $1 place paths, $2 topic paths, $3 unit names.
select
  (select coalesce(array_agg(p.id order by n), '{}') from unnest($1::text[]) with ordinality x (path, n) join places p using (path)) as places,
  (select coalesce(array_agg(t.id order by n), '{}') from unnest($2::text[]) with ordinality x (path, n) join topics t using (path)) as topics,
  (select coalesce(array_agg(u.id order by n), '{}') from unnest($3::text[]) with ordinality x (name, n) join units u using (name)) as units
