import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { jsonLines, pipeline, sluice, sluiceOnTerminal, startSluice, type CliResult } from '../support/cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder({ mode: 0o711 })
const home = folder.path
afterAll(() => folder[Symbol.dispose]())

describe('a pipeline that works', () => {
  let result: CliResult
  beforeAll(async () => {
    result = await sluice(['run', pipeline('hello')], { home })
  })

  test('ends with 0 and nothing on the error output', () => {
    expect({ code: result.code, stderr: result.stderr }).toEqual({ code: 0, stderr: '' })
  })

  test('is one line a change of status, then a summary, without any escape codes', () => {
    const lines = result.stdout.trim().split('\n')
    const time = String.raw`\d\d:\d\d:\d\d \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d`
    expect(lines[0]).toMatch(/^hello \(df-[0-9A-Z]{20}\), home /)
    const changes = lines.slice(1, 5)
    expect(changes[0]).toMatch(new RegExp(`^${time} greet: RUNNING$`))
    expect(changes[1]).toMatch(new RegExp(`^${time} greet: FINISHED in [0-9.]+ m?s$`))
    expect(changes[2]).toMatch(new RegExp(`^${time} part: RUNNING$`))
    expect(changes[3]).toMatch(new RegExp(`^${time} part: FINISHED in [0-9.]+ m?s$`))
    expect(lines[5]).toMatch(/^hello FINISHED in [0-9.]+ m?s: 2 FINISHED \(df-/)
    expect(lines.slice(6)).toEqual(['  greet  1 FINISHED', '  part   1 FINISHED'])
    expect(result.stdout).not.toContain('\u001b')
  })
})

test('a worker group that only the definition names is served, its parameter filled in', async () => {
  const result = await sluice(['run', pipeline('grouped'), '--param', 'myGroup=weekly'], { home })
  expect(result.code).toBe(0)
  expect(result.stdout).toContain('a: FINISHED')
})

describe('a pipeline that fails', () => {
  let result: CliResult
  beforeAll(async () => {
    result = await sluice(['run', pipeline('failing')], { home })
  })

  test('ends with 1', () => {
    expect(result.code).toBe(1)
  })

  test('shows the end of the log of each attempt that fails, when it fails', () => {
    expect(result.stdout).toMatch(
      /break \S+ attempt 1 failed: [^\n]*code 3[^\n]*\n {2}\| the disk is on fire\n {2}log: \S+StdError\n[^]*RUNNING, attempt 2/,
    )
  })

  test('says when it tries again', () => {
    expect(result.stdout).toMatch(/break: tries again at \d\d:\d\d:\d\d after: The command exited with code 3/)
  })

  test('says what failed and why, where its full log is, what never ran, and what to do next', () => {
    expect(result.stdout).toMatch(/^failing FAILED in .*: 1 FINISHED, 1 WAITING_ON_DEPENDENCIES, 1 FAILED/m)
    expect(result.stdout).toMatch(/^failed:\n {2}break \S+: FAILED after 2 attempts: .*the disk is on fire$/m)
    const [, log = ''] = /full log: (\S+)/.exec(result.stdout) ?? []
    expect(readFileSync(log, 'utf8')).toBe('the disk is on fire\n')
    expect(result.stdout).toMatch(/look: {5}sluice logs df-\S+ break --interval \d{4}-/)
    expect(result.stdout).toMatch(/^never ran:\n {2}never \S+: it waits for break$/m)
    expect(result.stdout).toContain(`again, once it is mended: sluice run ${pipeline('failing')}`)
  })
})

describe('choosing what runs', () => {
  test('every interval of a schedule that ends, with the values of --param', async () => {
    const { code, stdout } = await sluice(['run', pipeline('three-days'), '--param', 'myGreeting=hi', '--json'], { home })
    expect(code).toBe(0)
    const finished = jsonLines(stdout).filter(({ event, status }) => event === 'status' && status === 'FINISHED')
    const days = ['2001-01-01', '2001-01-02', '2001-01-03']
    expect(new Set(finished.map(({ interval }) => interval))).toEqual(new Set(days.map((day) => `${day}T00:00:00.000Z`)))
    const logs = await sluice(['logs', 'greet', '--interval', '2001-01-02', '--stdout'], { home })
    expect(logs.stdout).toBe('hi 2001-01-02\n')
  })

  test('--at runs the interval that holds the instant', async () => {
    const { code, stdout } = await sluice(['run', pipeline('three-days'), '--at', '2001-01-02T12:00:00'], { home })
    expect(code).toBe(0)
    expect(stdout).toMatch(/2001-01-02 greet: FINISHED/)
    expect(stdout).not.toMatch(/2001-01-0[13]/)
  })

  test('--at outside the schedule is refused', async () => {
    const { code, stderr } = await sluice(['run', pipeline('three-days'), '--at', '2005-01-01'], { home })
    expect(code).toBe(2)
    expect(stderr).toContain('The schedule daily has no interval at 2005-01-01T00:00:00.')
  })
})

test('--json is one object a line and at last a summary, with what was written where', async () => {
  const { code, stdout, stderr } = await sluice(['run', pipeline('copying'), '--json'], { home })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const events = jsonLines(stdout)
  expect(events[0]).toMatchObject({ event: 'run', name: 'copying', home })
  expect(events).toContainEqual(expect.objectContaining({ event: 'status', task: 'copy', status: 'RUNNING', attempt: 1 }))
  expect(events).toContainEqual(expect.objectContaining({ event: 'progress', task: 'copy', bytes: 12 }))
  const path = `${home}/s3/out/letters.csv`
  expect(events.at(-1)).toMatchObject({
    event: 'summary',
    status: 'FINISHED',
    counts: { FINISHED: 1 },
    written: [{ node: 'copied', place: 's3://out/letters.csv', path }],
  })
  expect(readFileSync(path, 'utf8')).toBe('a,1\nb,2\nc,3\n')
})

describe('on a terminal', () => {
  test('the tree is painted in colours and the final one stays', async () => {
    const { code, stdout } = await sluiceOnTerminal(['run', pipeline('hello')], { home })
    expect(code).toBe(0)
    const last = stdout.slice(stdout.lastIndexOf('\u001b[J'))
    expect(visible(last)).toMatch(/<32>✔<0> greet[^]*<32>✔<0> part[^]*hello[^]*FINISHED/)
  })

  test('NO_COLOR takes the colours away, and a plain locale the signs', async () => {
    const { stdout } = await sluiceOnTerminal(['run', pipeline('hello')], { home, env: { NO_COLOR: '1', LANG: 'C' } })
    expect(visible(stdout)).not.toMatch(/<\d+>/)
    expect(stdout).toContain('+ greet')
    // oxlint-disable-next-line no-control-regex -- that there are none but these is the point
    expect(stdout).toMatch(/^[\u0000-\u007f]*$/)
  })
})

describe('services that refuse', () => {
  test('the database of the store', async () => {
    const env = { SLUICE_DATABASE_URL: 'postgres://u:hidden-word@127.0.0.1:1/x' }
    const { code, stdout, stderr } = await sluice(['run', pipeline('hello')], { home, env })
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toMatch(
      /^error: The database at 127\.0\.0\.1:1\/x cannot be used: .*ECONNREFUSED.*\n {2}hint: Check SLUICE_DATABASE_URL/,
    )
    expect(stderr).not.toContain('hidden-word')
  })

  test('a full disk', async ({ skip }) => {
    using small = temporaryFolder({ mode: 0o711 })
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=20m', 'tmpfs', small.path]).status !== 0) skip('mounting a small tmpfs needs root')
    try {
      const { code, stdout, stderr } = await sluice(['run', pipeline('hello')], { home: small.path })
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
      expect(stderr).toMatch(/^error: The disk of \S+ is full: \d+ MB are free\.\n {2}hint: Free some space/)
    } finally {
      spawnSync('umount', [small.path])
    }
  })

  test('Redis', async () => {
    const { code, stderr } = await sluice(['run', pipeline('hello')], {
      home,
      env: { SLUICE_REDIS_URL: 'redis://:hidden-word@127.0.0.1:1' },
    })
    expect(code).toBe(3)
    expect(stderr).toMatch(/^error: Redis at redis:\/\/127\.0\.0\.1:1 cannot be reached: .*\n {2}hint: Start Redis/)
    expect(stderr).not.toContain('hidden-word')
  })

  test('the database of an activity', async () => {
    const { code, stdout, stderr } = await sluice(['run', pipeline('refusing-database')], { home })
    expect(code).toBe(1)
    expect(stdout).toMatch(/sum \S+: FAILED: Cannot use the database shop on 127\.0\.0\.1:1/)
    expect(stdout + stderr).not.toContain('hidden-word')
  })
})

test('a run whose later intervals find no room ends, and says so', async () => {
  const { code, stdout } = await sluice(['run', pipeline('no-room')], { home })
  expect(code).toBe(1)
  expect(stdout).toContain('never 2001-01-01: it waits for break')
  expect(stdout).toContain('Later intervals were not begun: they wait for room')
})

test('the example prints where its reports are, with their rows, and the same when it runs again', async () => {
  const reportsOf = async (): Promise<string[]> => {
    const { code, stdout, stderr } = await sluice(['run', 'pipelines/examples/flights.yaml'], { home })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    return stdout.split('\n').filter((line) => line.startsWith('  report '))
  }
  const reports = await reportsOf()
  expect(reports).toHaveLength(3)
  expect(reports[0]).toBe(`  report  s3://reports/flights/2001-01-01.csv → ${home}/s3/reports/flights/2001-01-01.csv (70 rows)`)
  expect(await reportsOf()).toEqual(reports)
})

test('a reader that goes away ends nothing and is no error', async () => {
  await using running = startSluice(['run', pipeline('hello')], { home })
  await running.shows(/hello \(df-/)
  running.child.stdout.destroy()
  expect(await running.ended).toMatchObject({ code: 0, stderr: '' })
})

/** Colour codes as `<32>`. */
function visible(text: string): string {
  return text.replaceAll('\u001b', 'ESC').replace(/ESC\[(\d+)m/g, '<$1>')
}
