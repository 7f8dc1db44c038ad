import type { CompiledDefinition } from '../../engine/definition/pipeline-definition.ts'
import type { Catalog } from '../../engine/spec/catalog.ts'
import type { StoreConnection } from '../../engine/store/connection.ts'
import { openStore, type Store } from '../../engine/store/open-store.ts'
import { putDefinition } from '../../engine/store/pipelines.ts'

/** A store whose clock is told what time it is: functions of its own shadow PostgreSQL's. */
export interface LockstepStore {
  readonly store: Store
  setTime(time: number): Promise<void>
  put(catalog: Catalog, pipelineId: string, definition: CompiledDefinition): Promise<void>
  /** Forgets everything. */
  clear(): Promise<void>
}

/** Opens a store on an empty database. One connection, so that the time is one. */
export async function openLockstepStore(connection: StoreConnection): Promise<LockstepStore> {
  const store = await openStore(connection, { poolSize: 1 })
  // The one connection is kept for good: it is what knows the time.
  store.pool.options.idleTimeoutMillis = 0
  await store.pool.query(shadows)
  let told: number | undefined
  return {
    store,
    async setTime(time) {
      if (time === told) return
      told = time
      await store.pool.query({
        name: 'set-time',
        text: `select set_config('sluice.now', $1, false)`,
        values: [new Date(time).toISOString()],
      })
    },
    async put(catalog, pipelineId, definition) {
      await store.pool.query('insert into pipelines (id, name) values ($1, $1) on conflict do nothing', [pipelineId])
      await putDefinition(store.db, pipelineId, '', definition, (type) => catalog.get(type)?.family)
    },
    async clear() {
      await store.pool.query(
        'truncate pipelines, pools, backfills, instances, dependencies, attempts, outbox, events, workers restart identity cascade',
      )
    },
  }
}

const shadows = `
  create or replace function sluice.now() returns timestamptz stable language sql as $$ select current_setting('sluice.now')::timestamptz $$;
  create or replace function sluice.clock_timestamp() returns timestamptz stable language sql as $$ select current_setting('sluice.now')::timestamptz $$;
  alter table outbox alter column available_time set default sluice.now();
  set search_path = sluice, pg_catalog;
  set synchronous_commit = off`
