-- Makes topic $1 the family of itself and all below it; no family stays below it, one above it keeps its other topics.
update topics t set is_family = (t.id = $1), family_id = $1 where $1 = any (t.rollup)
