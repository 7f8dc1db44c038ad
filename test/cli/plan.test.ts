import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import { renderTimeline } from '../../engine/cli/plan/timeline.ts'
import { timeAxis } from '../../engine/cli/plan/time-axis.ts'
import { createLook } from '../../engine/cli/view/look.ts'
import { forecast } from '../../engine/scheduler/forecast/forecast.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'
import { jsonLines, pipeline, sluice, sluiceOnTerminal } from '../support/cli.ts'
import { compiled } from '../support/scheduled-pipeline.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const flights = 'pipelines/examples/flights.yaml'

test('plan shows every interval of a schedule that ends, in the order in which the work is done, and writes nothing', async () => {
  using home = temporaryFolder()
  const { code, stdout, stderr } = await sluice(['plan', flights], { home: home.path })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain('flights: 3 intervals due from 2001-01-01 until 2001-01-04T00:00:01 UTC: 30 instances, 12 tasks\n')
  expect(stdout).toContain('No --from is given: it begins with the schedule.\n')
  expect(stdout).toContain(`
2001-01-02 until 2001-01-03, due 2001-01-03
   1 dayFile · S3DataNode
      filePath: file:flights/2001-01-02.csv
   2 dayFileArrived (for load) · S3KeyExists
      s3Key: file:flights/2001-01-02.csv
   3 load · CopyActivity · worker group default · waits for dayFile, dayFileArrived (for load)
      reads dayFile: filePath file:flights/2001-01-02.csv
      writes flights: database flightsDb, table flights, replaceWhere flight_time >= '2001-01-02T00:00:00' and`)
  expect(stdout).toMatch(/\nprove +ShellCommandActivity +daily +3 +2001-01-02 +2001-01-04\n/)
  expect(stdout).not.toContain('\u001b')
  expect(stdout).not.toContain('├')
  expect(readdirSync(home.path)).toEqual([])
})

test('plan --json is one object a line: the components, the instances with their fields and data, and how many there are', async () => {
  using home = temporaryFolder()
  const { code, stdout } = await sluice(['plan', '--json', flights, '--from', '2001-01-02', '--to', '2001-01-03'], { home: home.path })
  expect(code).toBe(0)
  const lines = jsonLines(stdout)
  expect(lines[0]).toEqual({
    event: 'plan',
    name: 'flights',
    onDemand: false,
    from: '2001-01-02T00:00:00.000Z',
    to: '2001-01-03T00:00:00.000Z',
    notes: [],
  })
  expect(lines.at(-1)).toEqual({ event: 'summary', intervals: 1, instances: 10, tasks: 4, listed: 10, abridged: false })
  expect(lines.filter(({ event }) => event === 'component')).toHaveLength(10)
  expect(lines.find(({ event, task }) => event === 'instance' && task === 'export')).toMatchObject({
    instance: '@export_2001-01-01T00:00:00',
    interval: '2001-01-01T00:00:00.000Z',
    intervalEnd: '2001-01-02T00:00:00.000Z',
    due: '2001-01-02T00:00:00.000Z',
    order: 7,
    workerGroup: 'default',
    waitsFor: [{ instance: '@airportDelays_2001-01-01T00:00:00', task: 'airportDelays', kind: 'input', planned: true }],
    fields: { maximumRetries: '1', input: 'airportDelays', onFail: 'tellSomeone' },
    reads: [{ node: 'airportDelays', fields: { selectQuery: expect.stringContaining("where day = '2001-01-01'") } }],
    writes: [{ node: 'report', fields: { filePath: 's3://reports/flights/2001-01-01.csv' } }],
  })
})

test('what is read of a schedule that begins at activation are the very instances that are waited for', async () => {
  using home = temporaryFolder()
  const file = write(
    home.path,
    `sluice: 1
schedules:
  daily: { period: 1 day, startDateTime: 2026-01-01 }
  atActivation: { period: 90 minutes, startAt: FIRST_ACTIVATION_DATE_TIME }
dataNodes: { n: { type: S3DataNode, schedule: atActivation, filePath: "s3://b/#{format(@scheduledStartTime,'HHmm')}" } }
activities: { a: { type: ShellCommandActivity, schedule: daily, command: 'true', input: n } }
`,
  )
  const { stdout } = await sluice(['plan', '--json', file, '--from', '2026-05-05T05:30:00', '--to', '2026-05-07'], { home: home.path })
  const activity = jsonLines(stdout)
    .filter(({ task }) => task === 'a')
    .at(-1) as { waitsFor: object[]; reads: { instance: string }[] }
  expect(activity.reads).toHaveLength(13)
  expect(activity.reads[0]).toMatchObject({ instance: '@n_2026-05-05T05:30:00', fields: { filePath: 's3://b/0530' } })
  expect(activity.waitsFor).toMatchObject(activity.reads.map(({ instance }) => ({ instance })))
})

test('on a terminal there is a timeline as wide as it, in colours unless they are not wanted', async () => {
  using home = temporaryFolder()
  const painted = await sluiceOnTerminal(['plan', flights], { home: home.path })
  const plain = await sluiceOnTerminal(['plan', flights], { home: home.path, env: { NO_COLOR: '1' } })
  expect([painted.code, plain.code]).toEqual([0, 0])
  expect(painted.stdout).toContain('\u001b[36m●\u001b[0m')
  expect(plain.stdout).not.toContain('\u001b')
  expect(plain.stdout).toMatch(/\nload {23}├─+●─+●─+● x3\r?\n/)
  expect(
    Math.max(
      ...plain.stdout
        .split(/\r?\n/)
        .slice(4, 16)
        .map((line) => stringWidth(line)),
    ),
  ).toBeLessThanOrEqual(80)
})

test('what is not known yet is left as it is written and told, secrets are masked, and a type that cannot run yet is a warning', async () => {
  using home = temporaryFolder()
  const file = write(
    home.path,
    `sluice: 1
defaults: { scheduleType: ondemand }
parameters: { myOut: {}, "*myPassword": { default: hush-hush } }
resources: { cluster: { type: EmrCluster } }
activities:
  a: { type: ShellCommandActivity, command: "run #{myOut} on #{hostname}", workerGroup: wg }
  b: { type: EmrActivity, step: "x.jar,#{*myPassword}", runsOn: cluster, dependsOn: a }
`,
  )
  const { code, stdout, stderr } = await sluice(['plan', file, '--from', '2026-01-31T02:00:00'], { home: home.path })
  expect(code).toBe(0)
  expect(stderr).toContain('warning NOT_SUPPORTED_YET: b is of type EmrActivity')
  expect(stderr).toContain('warning MISSING_PARAMETER: The parameter myOut')
  expect(stdout).toContain('one execution on demand, activated at 2026-01-31T02:00:00 UTC: 3 instances, 2 tasks')
  expect(stdout).toContain('command: run #{myOut} on #{hostname}\n')
  expect(stdout).toMatch(/b · EmrActivity · on cluster · waits for a\n {6}step: \*{8}\n/)
  expect(stdout).toMatch(/Not known before it runs:\n {2}The parameter myOut has no value\./)
  expect(stdout + stderr).not.toContain('hush')
  const given = await sluice(['plan', file, '--param', 'myOut=s3://out'], { home: home.path })
  expect(given.stdout).toContain('command: run s3://out on #{hostname}\n')
})

test('a window with more instances than are listed is told by component', async () => {
  using home = temporaryFolder()
  const file = write(
    home.path,
    `sluice: 1
schedules: { s: { period: 1 second, startDateTime: 2026-01-01 } }
defaults: { schedule: s }
activities: { a: { type: ShellCommandActivity, command: 'true' }, b: { type: ShellCommandActivity, command: 'true', dependsOn: a } }
`,
  )
  const year = ['--from', '2026-02-01', '--to', '2027-02-01']
  const { code, stdout } = await sluice(['plan', file, ...year], { home: home.path })
  expect(code).toBe(0)
  expect(stdout).toContain(
    'These are 63,072,000 instances, more than the 2,000 that are listed (--limit): only the first interval of each schedule is shown.',
  )
  expect(stdout.match(/ until 2026-02-01, due/g)).toHaveLength(1)
  expect(stdout).toMatch(/\nb +ShellCommandActivity +s +31,536,000 +2026-02-01 +2027-01-31T23:59:59\n/)
  const lines = jsonLines((await sluice(['plan', '--json', file, ...year, '--limit', '5'], { home: home.path })).stdout)
  expect(lines.at(-1)).toMatchObject({ instances: 63_072_000, listed: 2, abridged: true })
})

test.each([
  ['a file that is not there', ['nowhere.yaml'], 'error: There is no file nowhere.yaml.'],
  ['a time that is none', [flights, '--from', 'yesterday'], 'It must be a date and time in UTC'],
  [
    'an end before the beginning',
    [flights, '--from', '2001-01-02', '--to', '2001-01-01'],
    'error: The window ends at 2001-01-01T00:00:00, which is not after its beginning',
  ],
  [
    'a window in which nothing is due',
    [flights, '--from', '2020-01-01', '--to', '2021-01-01'],
    'The schedule daily is over: its last interval was due at 2001-01-04T00:00:00.',
  ],
  ['a definition with mistakes', [pipeline('cycle')], 'error CYCLE'],
])('plan refuses %s with 2 and a sentence', async (_, args, sentence) => {
  using home = temporaryFolder()
  const { code, stdout, stderr } = await sluice(['plan', ...args], { home: home.path })
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(sentence)
  expect(stderr).not.toMatch(/ at .*\.ts:\d/)
})

test.each([
  [
    'period: "#{myPeriod}", startDateTime: 2026-01-01',
    'error: Nothing can be planned: s.period is #{myPeriod}, which has no value.\n  hint: Give it one: --param myPeriod=...',
  ],
  [
    'cron: "#{myPeriod}", startDateTime: 2026-01-01',
    'error: Nothing can be planned: s.cron is #{myPeriod}, which has no value.\n  hint: Give it one: --param myPeriod=...',
  ],
])('a schedule { %s } that is not known is refused', async (schedule, sentence) => {
  using home = temporaryFolder()
  const file = write(
    home.path,
    `sluice: 1
parameters: { myPeriod: {} }
schedules: { s: { ${schedule} } }
defaults: { schedule: s }
activities: { a: { type: ShellCommandActivity, command: 'true' } }
`,
  )
  const { code, stderr } = await sluice(['plan', file], { home: home.path })
  expect(code).toBe(2)
  expect(stderr).toContain(sentence)
})

test('a timeline fits every width, down to none where it is too narrow to be read', async () => {
  const definition = await compiled(`
schedules: { daily: { period: 1 day, startDateTime: 2026-01-01 }, hourly: { period: 1 hour, startDateTime: 2026-01-01 } }
defaults: { schedule: daily }
activities:
  activityWithAVeryLongName宽宽宽宽宽宽: { type: ShellCommandActivity, command: 'true' }
  b: { type: ShellCommandActivity, command: 'true', schedule: hourly }`)
  const window = { from: new Date('2026-01-02'), to: new Date('2026-01-09') }
  const plan = forecast(definition, await loadCatalog(), window, 2000)
  const rendered = Array.from({ length: 200 }, (_, at) =>
    renderTimeline(plan, at + 1, createLook({ colour: false, unicode: at % 2 === 0 })),
  )
  const tooWide = rendered.filter((lines, at) => lines.some((line) => stringWidth(line) > at + 1))
  expect(tooWide).toEqual([])
  expect(rendered.slice(60).map((lines) => lines.length)).toEqual(Array.from({ length: 140 }, () => 4))
  expect(renderTimeline(plan, 20, createLook({ colour: false, unicode: true }))).toEqual([])
})

test.each([
  ['2026-01-01T00:00:00', '2026-01-01T06:00:00', '01-01   01:00    02:00    03:00    04:00    05:00'],
  ['2026-01-01T06:00:00', '2026-01-08T06:00:00', '     01-02   01-03  01-04   01-05  01-06   01-07'],
  ['2026-01-01T00:00:00', '2029-01-01T00:00:00', '2026-01          2027-01           2028-01'],
])('the axis from %s to %s has round times', (begin, end, axis) => {
  expect(timeAxis({ begin: Date.parse(`${begin}Z`), end: Date.parse(`${end}Z`), width: 54 })).toBe(axis)
})

function write(folder: string, yaml: string): string {
  const file = join(folder, 'file.yaml')
  writeFileSync(file, yaml)
  return file
}
