-- What the units were last told of an alert, so that they are told again of something new only, and the level that the rules asked for on the night,
-- whatever was raised before it. Null on nights that were run before these columns were there.
alter table alert_nights
  add column ruled_level   text,
  add column told_level    text,
  add column told_place_id int,
  add column told_places   int,
  add column told_tickets  int;

-- More that may be told, and more that keeps it from being told.
alter table alert_routes drop constraint alert_routes_news_check, drop constraint alert_routes_held_check;
alter table alert_routes
  add check (news in ('opened', 'returned', 'raised', 'widened', 'released')),
  add check (held in ('silenced', 'inhibited', 'snoozed', 'merged'));
