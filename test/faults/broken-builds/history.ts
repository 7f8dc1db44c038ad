import type { BrokenBuild } from './broken-build.ts'

export const historyBuilds: readonly BrokenBuild[] = [
  {
    row: 'F73',
    mechanism: 'what is still needed stays',
    file: 'engine/store/schema/purge.ts',
    find: 'v_kept := array(select unnest(needed_of(v_bound)) union select unnest(v_newest));',
    replace: 'v_kept := v_newest;',
    test: 'test/faults/F73-purge-under-load.test.ts',
    fails: 'F73: windows of history are purged under load',
  },
  {
    row: 'F73',
    mechanism: 'all of a run is kept',
    file: 'engine/store/schema/purge.ts',
    find: `else 't.id < $1 and t.instance_id = any($2)' end`,
    replace: `else 'false and $1 is null and $2 is null' end`,
    test: 'test/faults/F73-purge-under-load.test.ts',
    fails: 'F73: windows of history are purged under load',
  },
  {
    row: 'F73',
    mechanism: 'the lock time-out of a purge',
    file: 'engine/store/schema/purge.ts',
    find: `perform set_config('lock_timeout', p_wait_ms::text, true);`,
    replace: '',
    test: 'test/store/purge.test.ts',
    fails: 'a purge lets a long reader end',
  },
  {
    row: 'F73',
    mechanism: 'who has an id of a window that ends stores it before the next begins',
    file: 'engine/store/schema/windows.ts',
    find: 'lock table only attempts, only instances, only events in share mode;',
    replace: '',
    test: 'test/store/purge.test.ts',
    fails: 'a window begins once who has ids of the one before has stored them',
  },
]
