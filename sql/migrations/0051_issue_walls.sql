-- Which group a ticket belongs to is seen with the ticket.
alter table issue_tickets enable row level security;
create policy web_read on issue_tickets for select using (
  (select weisu_sees_all()) or exists (select from tickets t where t.source_id = issue_tickets.source_id and t.ticket_no = issue_tickets.ticket_no));
