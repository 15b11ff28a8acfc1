-- Ids, depths and names of all places, upper levels first.
select id, depth, name from places order by depth, path
