-- Marks deliveries that have arrived, and locks their notices, in order, for the statement that settles them. Params: $1 ids, $2 code of the answer.
with done as (
  update deliveries
  set status = 'delivered', attempts = attempts + 1, tried_at = clock_timestamp(), delivered_at = clock_timestamp(), next_at = null, error = null, response_code = $2
  where id = any ($1)
  returning notice_id
)
select from notices where id in (select notice_id from done) and status = 'pending' order by id for update
