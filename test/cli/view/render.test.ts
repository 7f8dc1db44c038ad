import { describe, expect, test } from 'vitest'
import { formatBytes, formatProgress, formatRows } from '../../../engine/cli/view/format-amount.ts'
import { formatDuration } from '../../../engine/cli/view/format-duration.ts'
import { formatInterval } from '../../../engine/cli/view/format-time.ts'
import { LiveScreen } from '../../../engine/cli/view/live-screen.ts'
import { abilitiesOf, createLook } from '../../../engine/cli/view/look.ts'
import { explain } from '../../../engine/cli/view/reason-sentence.ts'
import { renderLine } from '../../../engine/cli/view/render-line.ts'
import { countWords } from '../../../engine/cli/view/render-summary.ts'
import { renderTable } from '../../../engine/cli/view/render-table.ts'
import { renderTree, renderWindow } from '../../../engine/cli/view/render-tree.ts'
import type { TaskView } from '../../../engine/cli/view/task-view.ts'
import { taskName } from '../../../engine/store/task-name.ts'
import type { Reason } from '../../../engine/store/reason.ts'

const plain = createLook({ colour: false, unicode: false })
const now = new Date('2001-01-02T00:00:10Z')
const at = (seconds: number): Date => new Date(Date.UTC(2001, 0, 2, 0, 0, seconds))

function task(componentId: string, more: Partial<TaskView> = {}): TaskView {
  const interval = new Date('2001-01-01T00:00:00Z')
  return {
    key: `@${componentId}_2001-01-01T00:00:00`,
    componentId,
    type: 'CopyActivity',
    family: 'activity',
    interval,
    order: 0,
    status: 'FINISHED',
    attempt: 1,
    ...more,
  }
}

function reason(code: Reason['code'], more: Partial<Reason> = {}): Reason {
  const instanceKey = '@load_2001-01-01T00:00:00'
  return {
    instanceId: '1',
    instanceKey,
    task: 'load',
    interval: new Date('2001-01-01T00:00:00Z'),
    family: 'activity',
    status: 'WAITING_FOR_RUNNER',
    code,
    waitsFor: undefined,
    served: ['default'],
    object: '',
    since: undefined,
    nextTime: undefined,
    hostname: undefined,
    detail: undefined,
    ...more,
  }
}

test.each([
  [-5, '0 ms'],
  [12, '12 ms'],
  [999.4, '999 ms'],
  [1000, '1.0 s'],
  [9949, '9.9 s'],
  [9950, '10 s'],
  [59_499, '59 s'],
  [60_000, '1 min'],
  [185_000, '3 min 5 s'],
  [3_600_000, '1 h'],
  [7_800_000, '2 h 10 min'],
  [273_600_000, '3 d 4 h'],
])('%d ms is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

test('amounts have separators and units', () => {
  expect([formatRows(1), formatRows(12_000), formatBytes(0), formatBytes(950), formatBytes(3_400_000), formatBytes(250_000_000)]).toEqual([
    '1 row',
    '12,000 rows',
    '0 B',
    '950 B',
    '3.4 MB',
    '250 MB',
  ])
})

test('progress names the total while it is not reached', () => {
  expect(formatProgress({ rows: 10, rowsTotal: 30, bytes: 5, bytesTotal: 5, note: 'copying' })).toBe('10 rows of 30 rows, 5 B, copying')
})

test('counts say what went well first and what failed last', () => {
  expect(countWords({ CASCADE_FAILED: 1, RUNNING: 4, FAILED: 2, FINISHED: 3 })).toBe('3 FINISHED, 4 RUNNING, 2 FAILED, 1 CASCADE_FAILED')
})

test('an interval that begins at midnight is its day', () => {
  expect([formatInterval(new Date('2001-01-01')), formatInterval(new Date('2001-01-01T02:00:00Z'))]).toEqual([
    '2001-01-01',
    '2001-01-01T02:00:00',
  ])
})

describe('a tree', () => {
  test('has intervals in their order, and for each task a sign, what it took and what it moved', () => {
    const tasks = [
      task('load', { startTime: at(1), endTime: at(4), progress: { rows: 222, bytes: 7900 } }),
      task('report', { status: 'RUNNING', startTime: at(7), progress: { rows: 5, rowsTotal: 10, note: 'copying' } }),
      task('prove', { status: 'WAITING_ON_DEPENDENCIES', reason: reason('DEPENDENCY', { object: 'report' }) }),
    ]
    expect(renderTree(tasks, { look: plain, now })).toEqual([
      '  2001-01-01',
      '    + load    3.0 s | 222 rows, 7.9 kB',
      '    * report  3.0 s | 5 rows of 10 rows, copying',
      '    o prove   waits for report',
    ])
  })

  test('shows a failure with its message, a retry with its time, and a check with what it found', () => {
    const tasks = [
      task('a', { status: 'FAILED', attempt: 2, error: 'It broke:\n  badly' }),
      task('b', { status: 'WAITING_FOR_RUNNER', attempt: 2, reason: reason('RETRY_DELAY', { nextTime: at(30) }) }),
      task('c', {
        status: 'WAITING_FOR_RUNNER',
        family: 'precondition',
        referrerId: 'a',
        reason: reason('NOT_TRUE_YET', { detail: 's3://b/k is not there', nextTime: at(30) }),
      }),
    ]
    expect(renderTree(tasks, { look: plain, now }).slice(1)).toEqual([
      '    x a          FAILED | attempt 2 | It broke: badly',
      '    ~ b          attempt 2 | tries again at 00:00:30',
      '    o c (for a)  not yet: s3://b/k is not there, looks again at 00:00:30',
    ])
  })

  test('is cut to the width of the terminal', () => {
    const [, line = ''] = renderTree([task('a', { status: 'FAILED', error: 'x'.repeat(200) })], { look: plain, now, columns: 40 })
    expect(line.length).toBeLessThanOrEqual(40)
    expect(line).toMatch(/\.\.\.$/)
  })

  test('that is too long shows what is at work and says how many there are', () => {
    const done = Array.from({ length: 20 }, (_, index) => task(`done${index}`))
    const window = renderWindow([...done, task('busy', { status: 'RUNNING' })], 5, { look: plain, now })
    expect(window).toEqual(['  2001-01-01', '    * busy', '  ... 21 tasks in all'])
  })
})

test('a change of status is one line; those that everything goes through are none', () => {
  const lines = [
    task('a', { status: 'WAITING_ON_DEPENDENCIES' }),
    task('a', { status: 'WAITING_FOR_RUNNER', reason: reason('QUEUED') }),
    task('a', { status: 'RUNNING', attempt: 2 }),
    task('a', { startTime: at(1), endTime: at(2), progress: { rows: 3 } }),
    task('a', { status: 'CASCADE_FAILED' }),
  ].map((view) => renderLine(view, now))
  expect(lines).toEqual([
    undefined,
    undefined,
    '00:00:10 2001-01-01 a: RUNNING, attempt 2',
    '00:00:10 2001-01-01 a: FINISHED in 1.0 s, 3 rows',
    '00:00:10 2001-01-01 a: CASCADE_FAILED',
  ])
})

const failedA = { instanceId: '2', task: 'a', interval: new Date('2001-01-01T00:00:00Z'), status: 'FAILED' as const }

test.each<[Reason['code'], Partial<Reason>, string, string, string?]>([
  [
    'WAITING_FOR_INTERVAL',
    { nextTime: at(30) },
    'load waits for its interval, which is due at 2001-01-02 00:00:30 UTC.',
    'sluice runs df-1',
  ],
  [
    'WAITING_FOR_INTERVAL',
    { nextTime: at(30), served: [] },
    'load waits for its interval, which is due at 2001-01-02 00:00:30 UTC.',
    'sluice up',
  ],
  ['PAUSED', { object: 'load' }, 'load is paused: this interval is kept until it is resumed.', 'sluice resume df-1 load'],
  ['PAUSED', { object: 'a', task: 'p/a' }, 'p of a is kept, since a is paused.', 'sluice resume df-1 a'],
  [
    'PIPELINE_INACTIVE',
    { object: 'INACTIVE' },
    'load is kept for later: the pipeline is INACTIVE, and plans no intervals until it is activated again.',
    'sluice activate df-1',
  ],
  [
    'DEPENDENCY_FAILED',
    { object: 'a', waitsFor: failedA },
    'load can never run: a, which it depends on, is FAILED.',
    'sluice rerun df-1 a --interval 2001-01-01',
    'sluice logs df-1 a --interval 2001-01-01',
  ],
  [
    'DEPENDENCY_FAILED',
    { object: 'b', detail: 'CASCADE_FAILED', waitsFor: failedA },
    'load can never run: b, which it depends on, is CASCADE_FAILED, which began with a 2001-01-01: FAILED.',
    'sluice rerun df-1 a --interval 2001-01-01',
    'sluice logs df-1 a --interval 2001-01-01',
  ],
  [
    'NOT_TRUE_YET',
    { task: 'p/load', detail: 's3://b/k is not there.', nextTime: at(30) },
    'p of load is not true: s3://b/k is not there; it is looked at again at 2001-01-02 00:00:30 UTC.',
    'sluice finish df-1 p/load --interval 2001-01-01',
    'sluice logs df-1 p/load --interval 2001-01-01',
  ],
  [
    'NO_PERMISSION',
    { task: 'p', detail: 'No permission to read s3://b/k.', nextTime: at(30) },
    'p cannot be looked at, for lack of permission: No permission to read s3://b/k; it is tried again at 2001-01-02 00:00:30 UTC.',
    'sluice finish df-1 p --interval 2001-01-01',
    'sluice logs df-1 p --interval 2001-01-01',
  ],
  ['NO_WORKER', { object: 'g', served: [] }, 'load is ready, but no live worker serves the group g: no worker is live.', 'sluice up'],
  ['NO_WORKER', { object: 'g' }, 'load is ready, but no live worker serves the group g: served are default.', 'sluice up'],
  [
    'RUNNING',
    { hostname: 'host', since: at(5) },
    'load is running on host since 2001-01-02 00:00:05 UTC (5.0 s).',
    'sluice logs df-1 load --interval 2001-01-01',
  ],
  [
    'RESOURCE_IDLE',
    { family: 'resource' },
    'The resource load is not needed yet: it is created for the first activity that is ready on it.',
    'sluice runs df-1',
  ],
])('the reason %s is a sentence with the command that helps', (code, more, sentence, command, look) => {
  expect(explain([reason(code, more)], 'df-1', now)).toEqual({ sentence, command, look })
})

test('a chain is told to its end, and the command is that of the root cause', () => {
  const load = reason('DEPENDENCY', { task: 'report', object: 'load', since: at(5) })
  const extract = reason('DEPENDENCY', { object: 'extract', since: at(1) })
  const paused = reason('PAUSED', { task: 'extract', object: 'extract' })
  expect(explain([load, extract, paused], 'df-1', now)).toEqual({
    sentence:
      'report waits since 2001-01-02 00:00:05 UTC (5.0 s) for load, which waits for extract, which is paused: this interval is kept until it is resumed.',
    command: 'sluice resume df-1 extract',
  })
  const links = Array.from({ length: 9 }, (_, n) => reason('DEPENDENCY', { task: `t${n}`, object: `t${n + 1}` }))
  expect(explain([links[0]!, ...links.slice(1), paused], 'df-1', now).sentence).toBe(
    't0 waits for t1, which waits for t2, which waits for t3, and so on: 6 more, up to extract, which is paused: this interval is kept until it is resumed.',
  )
})

test('to what failed because of something else no rerun is advised, since it would be refused', () => {
  expect(explain([reason('ENDED', { status: 'FAILED' })], 'df-1', now).command).toMatch(/^sluice rerun df-1 /)
  expect(explain([reason('ENDED', { status: 'CASCADE_FAILED' })], 'df-1', now).command).toBe('sluice runs df-1')
})

test('the name of a precondition that guards several tells which', () => {
  const names = [
    { key: '@p_2001-01-01T00:00:00', componentId: 'p', referrerId: 'load' },
    { key: '@p_load_2001-01-01T00:00:00', componentId: 'p', referrerId: 'load' },
    { key: '@load_2001-01-01T00:00:00', componentId: 'load', referrerId: '' },
  ].map(taskName)
  expect(names).toEqual(['p', 'p/load', 'load'])
})

test('columns of a table are as wide as what is in them, wide letters included', () => {
  expect(
    renderTable(
      ['A', 'B'],
      [
        ['日本', 'x'],
        ['abc', ''],
      ],
    ),
  ).toEqual(['A     B', '日本  x', 'abc'])
})

test.each([
  [{ LANG: 'de_DE.UTF-8' }, true, { colour: true, unicode: true }],
  [{ LANG: 'de_DE.UTF-8', LC_ALL: 'C' }, true, { colour: true, unicode: false }],
  [{ NO_COLOR: '1' }, true, { colour: false, unicode: false }],
  [{ NO_COLOR: '' }, true, { colour: true, unicode: false }],
  [{ TERM: 'dumb' }, true, { colour: false, unicode: false }],
  [{}, false, { colour: false, unicode: false }],
])('with %j on a terminal (%s) the abilities are %j', (environment, isTerminal, abilities) => {
  expect(abilitiesOf(environment, isTerminal)).toEqual(abilities)
})

test('a live screen paints over itself, writes nothing when nothing is new, and keeps what is printed above it', () => {
  let written = ''
  const screen = new LiveScreen({ write: (text: string) => void (written += text) })
  screen.paint(['one', 'two'])
  screen.paint(['one', 'two'])
  screen.printAbove(['news'])
  screen.paint(['three'])
  const clear = '\u001b[J'
  const line = (text: string): string => `${text}\u001b[K\n`
  expect(written).toBe(
    `${line('one')}${line('two')}${clear}` +
      `\u001b[2A\r${clear}news\n${line('one')}${line('two')}${clear}` +
      `\u001b[2A\r${line('three')}${clear}`,
  )
})
