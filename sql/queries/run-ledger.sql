-- Nights with their steps, latest first. Params: $1 status or null, $2 first night or null, $3 last night or null, $4 at most so many.
select r.night::text as night, r.status, r.attempt, r.started_at as "startedAt", r.finished_at as "finishedAt", r.error,
       r.code_version as "codeVersion", r.config_hash as "configHash", r.input_hash as "inputHash",
       coalesce((select jsonb_agg(jsonb_build_object('name', s.name, 'status', s.status, 'seconds', s.seconds, 'rowsIn', s.rows_in, 'rowsOut', s.rows_out, 'detail', s.detail) order by s.position)
         from run_steps s where s.night = r.night), '[]') as steps,
       -- As the night counted them: who runs nights sees no alerts.
       coalesce((select (s.detail->>'new')::int from run_steps s where s.night = r.night and s.name = 'alert'), 0) as opened,
       coalesce((select s.rows_out::int from run_steps s where s.night = r.night and s.name = 'alert'), 0) as active
from runs r
where ($1::text is null or r.status = $1) and ($2::date is null or r.night >= $2) and ($3::date is null or r.night <= $3)
order by r.night desc
limit $4
