-- What callers of a place began to say is seen with the alerts of the place.
alter table word_bursts enable row level security;
create policy web_read on word_bursts for select using (
  (select weisu_sees_all()) or exists (select from alerts a where a.place_id = word_bursts.place_id));
