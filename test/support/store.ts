import { isTerminal, mayFollow, next, type InstanceStatus } from '../../engine/lifecycle/statuses.ts'
import { openStore, type Store } from '../../engine/store/open-store.ts'
import { testDatabase } from './postgres.ts'

/** A store on a new database, with a trigger that refuses every step that the lifecycle's table does not have (I8). */
export async function testStore(): Promise<Store & AsyncDisposable> {
  const database = await testDatabase()
  const store = await openStore(database.connection)
  await store.pool.query(transitionGuard())
  return {
    ...store,
    async [Symbol.asyncDispose]() {
      await store.close()
      await database.drop()
    },
  }
}

function transitionGuard(): string {
  const steps = (Object.keys(next) as InstanceStatus[]).flatMap((from) => next[from].map((to) => [from, to] as const))
  if (steps.some(([from, to]) => !mayFollow(from, to)) || !isTerminal('FINISHED')) throw new Error('the table of statuses is inconsistent')
  const allowed = steps.map(([from, to]) => `'${from}>${to}'`).join(', ')
  return `
    create or replace function refuse_wrong_step() returns trigger language plpgsql as $$ begin
      if old.status || '>' || new.status not in (${allowed}) then raise exception 'instance % may not go from % to %', old.instance_key, old.status, new.status; end if;
      return new;
    end $$;
    create trigger refuse_wrong_step before update of status on instances for each row when (old.status is distinct from new.status) execute function refuse_wrong_step();`
}
