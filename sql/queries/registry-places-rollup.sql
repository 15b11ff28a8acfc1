-- Ids from the root down, for the places of one depth that lack them; a place that is another one's spelling leads to that one. Params: $1 depth.
update places c set rollup = case when t.id is not null then t.rollup else coalesce(p.rollup, '{}') || c.id end
from places self left join places p on p.id = self.parent_id left join places t on t.id = self.merged_into
where self.id = c.id and c.depth = $1::smallint and c.rollup = '{}'
