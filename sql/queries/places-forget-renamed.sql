-- What the renaming of place $1 to $2 gave to $2 and its taking back takes away: spellings, outline, and being declared where nothing else is there.
with spellings as (
  delete from place_aliases where place_id = $2 and (name in (select name from place_aliases where place_id = $1) or name = (select name from places where id = $1))
),
outline as (
  delete from place_outlines o using place_outlines was where o.place_id = $2 and was.place_id = $1 and o.polygons = was.polygons
)
update places p set registered = false, code = null, households = null, lng = null, lat = null, centre_from_tickets = false, developer = null
where p.id = $2 and not exists (select from tickets where place_id = $2) and not exists (select from places where parent_id = $2 or (merged_into = $2 and id <> $1))
  and not exists (select from place_aliases a where a.place_id = $2 and a.name not in (select name from place_aliases where place_id = $1) and a.name <> (select name from places where id = $1))
