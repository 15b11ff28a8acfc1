-- The tickets of the alerts that have a night in [$1, $2): the ticket's day and the alert's night that brought it in.
select x.alert_id as id, t.ticket_no as "ticketNo", t.day - date '1970-01-01' as day, x.first_night - date '1970-01-01' as night
from alert_tickets x
join tickets t using (source_id, ticket_no)
where x.first_night < $2 and x.alert_id in (select alert_id from alert_nights where night >= $1 and night < $2)
order by 1, 4, 3, 2
