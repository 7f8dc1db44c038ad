/** How many schedules of a pipeline have an interval left, kept by a trigger: with it a look for pipelines that are over does not go through all that go on,
 *  of which there may be 100,000. Whoever moves a watermark locks the pipeline first. */
export const openSchedules = `
alter table pipelines add column open_schedules integer not null default 0;
update pipelines p set open_schedules = (select count(*) from watermarks w where w.pipeline_id = p.id and w.next_due is not null);
create index pipelines_unscheduled on pipelines (id) where state = 'SCHEDULED' and open_schedules = 0;
create index pipelines_deactivating on pipelines (id) where state = 'DEACTIVATING';

create function count_open_schedule() returns trigger language plpgsql as $$ begin
  if tg_op = 'INSERT' then
    update pipelines set open_schedules = open_schedules + 1 where id = new.pipeline_id;
  elsif tg_op = 'DELETE' then
    update pipelines set open_schedules = open_schedules - 1 where id = old.pipeline_id;
  else
    update pipelines set open_schedules = open_schedules + case when new.next_due is null then -1 else 1 end where id = new.pipeline_id;
  end if;
  return null;
end $$;
create trigger watermark_opened after insert on watermarks for each row when (new.next_due is not null) execute function count_open_schedule();
create trigger watermark_removed after delete on watermarks for each row when (old.next_due is not null) execute function count_open_schedule();
create trigger watermark_moved after update of next_due on watermarks for each row when ((old.next_due is null) <> (new.next_due is null)) execute function count_open_schedule();
`
