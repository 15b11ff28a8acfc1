-- Declares which channels of a source are the staff's own. Params: $1 source, $2 channels.
update sources set staff_channels = $2::text[] where name = $1
