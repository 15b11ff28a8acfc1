-- A cluster that went up in another, and one that came out of another: `after` of a merged alert, `before` of a split one name the other.
alter table alert_events drop constraint alert_events_kind_check;
alter table alert_events add check (kind in ('opened', 'raised', 'lowered', 'moved', 'continued', 'ended', 'returned', 'merged', 'split'));
