/** `finish_pipelines()`: pipelines whose schedules are over and whose instances have all ended become FINISHED. Returns how many.
 *  Those that were deactivated become INACTIVE once what they had under way has ended.
 *  What was found is looked at again once it is locked: it may have been activated anew in between. */
export const finishPipelines = `
create or replace function pipeline_is_over(p_pipeline text) returns boolean language sql as $$
  select not exists (select 1 from watermarks w where w.pipeline_id = p_pipeline and w.next_due is not null)
    and not exists (select 1 from instances i where i.pipeline_id = p_pipeline and i.status not in ('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT', 'SKIPPED'))
    and not exists (select 1 from backfills b where b.pipeline_id = p_pipeline and b.state = 'RUNNING')
$$;

create or replace function finish_pipelines() returns integer language plpgsql as $$
declare
  v_over text[];
  v_count integer;
begin
  select coalesce(array_agg(id), '{}') into v_over from (
    select p.id from pipelines p where p.state = 'SCHEDULED' and p.open_schedules = 0 and pipeline_is_over(p.id) for no key update skip locked
  ) locked;
  update pipelines p set state = 'FINISHED', finished_time = now() where p.id = any(v_over) and p.state = 'SCHEDULED' and pipeline_is_over(p.id);
  get diagnostics v_count = row_count;
  perform end_deactivations();
  return v_count;
end $$;
`
