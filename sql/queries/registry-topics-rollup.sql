-- Ids from the root down and the family, for the topics of one depth; parents first. Params: $1 depth.
update topics c
set rollup = case when c.id = any (c.rollup) or c.merged_into is not null then c.rollup else p.rollup || c.id end,
    family_id = case when c.merged_into is not null then c.family_id when c.is_family then c.id else p.family_id end
from topics p
where p.id = c.parent_id and c.depth = $1::smallint
