-- Makes the given topics the whole responsibility of the given units. Params: $1 all units named, $2 units, $3 topic paths.
with old as (
  delete from unit_topics x using units u
  where u.id = x.unit_id and u.name = any ($1::text[])
    and not exists (select from unnest($2::text[], $3::text[]) n (name, topic_path) where n.name = u.name and n.topic_path = x.topic_path)
)
insert into unit_topics (unit_id, topic_path)
select u.id, n.topic_path from unnest($2::text[], $3::text[]) n (name, topic_path) join units u using (name)
on conflict do nothing
