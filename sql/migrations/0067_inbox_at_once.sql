-- A transaction that writes thousands of alerts derives their rows of the inbox itself, all at once at its end: it says so (weisu.inbox = 'later', for itself
-- alone), and the triggers of nights do not note what it writes. Acts, assignments and clocks do as ever.
drop trigger alerts_inbox on alerts;
drop trigger alert_nights_inbox on alert_nights;
create constraint trigger alerts_inbox after insert or update on alerts deferrable initially deferred
  for each row when (current_setting('weisu.inbox', true) is distinct from 'later') execute function inbox_note();
create constraint trigger alert_nights_inbox after insert on alert_nights deferrable initially deferred
  for each row when (current_setting('weisu.inbox', true) is distinct from 'later') execute function inbox_note();
