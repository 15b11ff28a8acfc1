-- How many rows repeat a ticket of the same file, and how many of them say something else than the row before.
select count(*) filter (where is_duplicate)::int as duplicate,
  count(*) filter (where is_duplicate and is_state)::int as differing,
  coalesce(max(round), 1) as rounds
from import_repeats
