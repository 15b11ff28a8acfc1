-- Ids from the root down to the place itself, for the places of one depth that lack them. Params: $1 depth.
update places c set rollup = coalesce(p.rollup, '{}') || c.id
from places self left join places p on p.id = self.parent_id
where self.id = c.id and c.depth = $1::smallint and c.rollup = '{}'
