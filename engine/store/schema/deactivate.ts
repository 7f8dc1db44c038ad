/** What instances that a deactivation cancelled say: by this they are found when the pipeline is activated again. */
const reason = `'the pipeline was deactivated'`

/** `deactivate_pipeline(pipeline, keep)`: no interval is planned from now on. What has not ended is CANCELED or, with \`keep\`, runs to its end; the
 *  pipeline is DEACTIVATING until then, and INACTIVE. False when it is neither SCHEDULED nor DEACTIVATING.
 *
 *  The pipeline is locked first: a plan that is under way ends before, and the next one finds it no longer SCHEDULED.
 *  @see spec/behaviour.md 11 */
export const deactivatePipeline = `
create or replace function deactivate_pipeline(p_pipeline text, p_keep boolean) returns boolean language plpgsql as $$
declare
  v_backfill text;
begin
  perform 1 from instances where false;
  lock table only attempts in row exclusive mode;
  update pipelines set state = 'DEACTIVATING', last_deactivated_time = now() where id = p_pipeline and state in ('SCHEDULED', 'DEACTIVATING');
  if not found then return false; end if;
  -- No new intervals means none of the past either.
  for v_backfill in update backfills set state = 'CANCELED', finished_time = now() where pipeline_id = p_pipeline and state = 'RUNNING' returning id loop
    perform drop_backfill_places(v_backfill);
  end loop;
  if not p_keep then
    perform cancel_instances(array(
      select id from instances where pipeline_id = p_pipeline and status not in ('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT', 'SKIPPED', 'SCHEDULED') order by id
    ), ${reason});
  end if;
  perform end_deactivations();
  return true;
end $$;

create or replace function end_deactivations() returns integer language sql as $$
  with over as (
    update pipelines p set state = 'INACTIVE' where p.state = 'DEACTIVATING' and not exists (
      select 1 from instances i where i.pipeline_id = p.id and i.status not in ('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT', 'SKIPPED', 'SCHEDULED')
    ) returning 1
  ) select count(*)::integer from over
$$;
`

/** `revive_deactivated(pipeline)`: what its deactivation cancelled runs again, under the same id with the next attempt number. What of it was
 *  published, but not reported any more, is not published again. */
export const reviveDeactivated = `
create or replace function revive_deactivated(p_pipeline text) returns void language plpgsql as $$
declare
  v_canceled bigint[] := array(select id from instances where pipeline_id = p_pipeline and status = 'CANCELED' and cancellation_reason = ${reason});
begin
  if cardinality(v_canceled) > 0 then
    perform rerun_instances(p_pipeline, v_canceled, false, rerun_set(v_canceled, false), 0);
  end if;
end $$;
`
