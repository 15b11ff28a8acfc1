-- What was erased on request stays erased, whatever a file says of the ticket. Params: $1 source, $2 batch.
update tickets t set title = null, content = null, address_text = null, lng = null, lat = null, tags = null, caller_key = e.caller_key
from erased_tickets e
where e.source_id = $1 and t.source_id = e.source_id and t.ticket_no = e.ticket_no and t.batch_id = $2
