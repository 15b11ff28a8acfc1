-- What the hotspot report of a night says of its day, its week and its month so far, computed by the night and read by the pages.

create table report_documents (
  night     date not null,
  period    text not null check (period in ('night', 'week', 'month')),
  -- The shape of pipelines/reports/document.ts; a change of the shape raises the version, and older documents are computed anew.
  version   int not null,
  -- Cells of few callers are not in it.
  document  jsonb not null,
  primary key (night, period)
);

-- Of the whole city: for those who may see all of it.
alter table report_documents enable row level security;
create policy web_read on report_documents for select using ((select weisu_sees_all()));
