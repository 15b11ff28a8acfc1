-- Marks a notice that its channel has taken. Params: $1 id.
update notices
set status = 'delivered', attempts = attempts + 1, delivered_at = clock_timestamp(), next_at = null, error = null
where id = $1
