-- Ends every other connection of the same process; the application name holds its purpose, process id and host.
select pg_terminate_backend(pid)
from pg_stat_activity
where application_name = current_setting('application_name') and pid <> pg_backend_pid() and datname = current_database()
