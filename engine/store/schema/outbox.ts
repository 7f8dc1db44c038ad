/** Hints are taken in the order of their ids. Whether a transaction has written to the outbox is noted in it: to look into the outbox afterwards is to
 *  go through all that was ever there while somebody keeps an old snapshot. */
export const outbox = `
create index outbox_hints on outbox (id) where kind = 'hint';
create function note_outbox() returns trigger language plpgsql as $$
begin
  perform set_config('sluice.outbox', 'written', true);
  return null;
end $$;
create trigger note_outbox after insert on outbox for each statement execute function note_outbox();
`

/** `outbox_written()`: whether this transaction has put hints or actions there. */
export const outboxWritten = `
create or replace function outbox_written() returns boolean language sql as $$
  select coalesce(current_setting('sluice.outbox', true), '') = 'written'
$$;
`
