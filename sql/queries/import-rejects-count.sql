-- Params: $1 batch.
select reason, count(*)::int as n from import_rejects where batch_id = $1 group by reason order by n desc, reason
