-- Tells this database from every other one, on whatever machine and under whatever address it is reached.
select (select system_identifier from pg_control_system())::text || '-' || oid as id
from pg_database
where datname = current_database()
