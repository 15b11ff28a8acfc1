-- What a night of the past may not know: places and topics that tickets brought later, bulk entries that were complete later, and
-- how an alert stood on each of its nights.

-- The first night that knew of a ticket at a place or of a topic, or below it. What a registry declares (`registered`) was always there.
alter table places add column first_known_on date, add column registered boolean not null default false;
alter table topics add column first_known_on date, add column registered boolean not null default false;
-- Until now nobody wrote down who declared what: registries give places their codes, households and centres; lists of topics are short and declared as a rule.
update places set registered = true where code is not null or households is not null or (lng is not null and not centre_from_tickets);
update places set registered = true where not registered and id in (select unnest(rollup) from places where registered);
update topics set registered = true;
update places p set first_known_on = k.known_on
from (select place_id, min(known_on) as known_on from daily_counts where topic_id = 1 and tickets > 0 group by 1) as k where k.place_id = p.id;
update topics o set first_known_on = k.known_on
from (select c.topic_id, min(c.known_on) as known_on from daily_counts c join places r on r.id = c.place_id and r.depth = 0 where c.tickets > 0 group by 1) as k
where k.topic_id = o.id;

-- Marked tickets that were known before the bulk entry was: on the nights [known_on, sweep_on) they were tickets like others.
create table late_sweeps (
  source_id  smallint not null,
  ticket_no  text not null,
  sweep_on   date not null,
  primary key (source_id, ticket_no)
);

-- The columns of an alert as they stood after the night; null on nights that were run before these columns were there.
alter table alert_nights
  add column kind             text,
  add column lead_unit_id     int,
  add column lead_reason      text,
  add column territory_unit_id int,
  add column co_unit_ids      int[],
  add column due_on           date,
  add column due_certain      boolean,
  add column parent_alert_id  text;
