import type { BrokenBuild } from './broken-build.ts'

export const queueBuilds: readonly BrokenBuild[] = [
  {
    row: 'F12',
    mechanism: 'the look for claims whose answer was lost',
    file: 'engine/queue/heard-claims.ts',
    find: 'isUnsure: (lane) => unsure.has(lane),',
    replace: 'isUnsure: () => false,',
    test: 'test/faults/F12-cut-at-commit.test.ts',
    fails: 'F12: a claim, an ending that claims what follows',
  },
  {
    row: 'F12',
    mechanism: 'an ending that was stored is accepted again',
    file: 'engine/store/schema/settle.ts',
    find: `coalesce(g.status in ('FINISHED', 'FAILED') and a.status = g.status`,
    replace: `coalesce(a.status = 'NEVER' and a.status = g.status`,
    test: 'test/faults/F12-cut-at-commit.test.ts',
    fails: 'F12: a claim, an ending that claims what follows',
  },
  {
    row: 'F12',
    mechanism: 'the question what became of a commit',
    file: 'engine/store/transaction.ts',
    find: 'if (error !== undefined && !(await hasCommitted(pool, id))) throw error',
    replace: 'if (error !== undefined) throw error',
    test: 'test/faults/F12-cut-at-commit.test.ts',
    fails: 'F12: a command of a person loses its connection',
  },
  {
    row: 'F12',
    mechanism: 'an attempt asks the store again',
    file: 'engine/app.ts',
    find: 'return patiently(question, { pause, random: Math.random, deadlineMs: leaseMs })',
    replace: 'return question()',
    test: 'test/faults/F12-cut-at-commit.test.ts',
    fails: 'F12: each statement of an engine loses its connection',
  },
]
