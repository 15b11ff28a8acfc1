select count(*) filter (where same)::int as unchanged, count(*) filter (where not same)::int as changed from import_known
