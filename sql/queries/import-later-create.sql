-- Second and later states of tickets within the file, to be applied one round after the other.
create temp table import_later on commit drop as
select r.round, s.* from import_stage s join import_repeats r using (line) where r.is_state and r.round > 1
