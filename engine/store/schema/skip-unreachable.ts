/** `skip_unreachable(pipeline, components)`: places kept for instances of other components than these, and what is on hold of components that
 *  the definition no longer has, are SKIPPED: no watermark is going to reach them, and what waits for them would wait without end. */
export const skipUnreachable = `
create or replace function skip_unreachable(p_pipeline text, p_components text[]) returns void language plpgsql as $$
declare
  v_skipped bigint[];
begin
  with moved as (
    update instances i set status = 'SKIPPED', hold = null, hold_room = null, actual_end_time = now()
    where i.pipeline_id = p_pipeline and i.status = 'SCHEDULED' and i.family <> 'precondition' and case when i.hold is null then i.component_id <> all(p_components)
      else not exists (select 1 from components c where c.pipeline_id = p_pipeline and c.id = i.component_id) end
    returning id
  )
  select coalesce(array_agg(id), '{}') into v_skipped from moved;
  perform advance(v_skipped, '{}', null, null, '{}', 'activity', 0, interval '0');
end $$;
`
