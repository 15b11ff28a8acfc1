-- Leaves the first row of each ticket in the staging table.
delete from import_stage s using import_repeats r where r.line = s.line and r.is_duplicate
