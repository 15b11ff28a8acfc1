-- Ids from the root down for topics of one depth that lack their own. Params: $1 depth.
update topics c set rollup = p.rollup || c.id
from topics p
where p.id = c.parent_id and c.depth = $1 and c.merged_into is null and not c.id = any (c.rollup)
