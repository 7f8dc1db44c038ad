/** A generation is one line of the database's history: a standby that is promoted, or a copy that is restored elsewhere, begins another, which may lack
 *  what the one before had stored last. */
export const generations = `
create table generations (
  history text primary key,
  since timestamptz not null default now()
);
`

/** `enter_generation()`: notes the generation of this server when it is a new one, and then has fences go on from a number that no other one has given:
 *  what was lost includes how far they were. So what an older one gave out, and this one does not know, is refused. Answers which generation it is, or
 *  null where the server does not say. Raises on a standby, which is none yet. */
export const enterGeneration = `
create or replace function enter_generation() returns text language plpgsql as $$
declare
  v_history text;
begin
  if pg_is_in_recovery() then raise exception 'this server is a standby' using errcode = 'cannot_connect_now'; end if;
  begin
    v_history := (pg_control_system()).system_identifier || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8);
  exception when others then
    return null; -- a service that hides it
  end;
  if exists (select 1 from generations where history = v_history) then return v_history; end if;
  insert into generations (history) values (v_history) on conflict do nothing; -- waits for one who enters it just now
  if found and (select count(*) from generations) > 1 then
    -- Seconds since 1970, with room for a thousand million fences in each.
    perform setval('fences', greatest((select last_value from fences), extract(epoch from clock_timestamp())::bigint << 30));
  end if;
  return v_history;
end $$;

-- Together with the tables: a standby that has them has this.
do $$ begin perform enter_generation(); end $$;
`
