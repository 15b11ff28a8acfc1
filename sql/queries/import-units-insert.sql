-- Creates the units that are not there yet; a name that ends like a street's or a town's makes it one.
-- Params: $1 names.
insert into units (name, kind)
select name, case
  when name ~ '(街道|街道办|街道办事处|镇|镇政府|镇人民政府|乡|乡政府|乡人民政府)$' then 'street'
  when name ~ '(区|县|区政府|县政府|区人民政府|县人民政府)$' then 'district'
  when name ~ '(公司|集团|企业)$' then 'enterprise'
  else 'bureau' end
from unnest($1::text[]) name
order by name
on conflict (name) do nothing
