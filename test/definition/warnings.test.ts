import { expect, test } from 'vitest'
import { compileDefinition, type CompileOptions } from '../../engine/definition/compile.ts'
import { readDefinition } from '../../engine/definition/read-definition.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'

const catalog = await loadCatalog()

function found(text: string, options: CompileOptions = {}): string[] {
  const { definition, form, diagnostics } = readDefinition(text, 'x')
  expect(diagnostics).toEqual([])
  const { diagnostics: all } = compileDefinition(definition!, catalog, { form, ...options })
  return all.map(({ severity, code, range }) => `${severity} ${code}${range ? ` ${range.line}:${range.column}` : ''}`)
}

const onDemand = 'defaults: { scheduleType: ondemand }\n'
const shell = (command: string, parameter = 'default: x') =>
  `${onDemand}parameters: { myX: { ${parameter} } }\nactivities:\n  load:\n    type: ShellCommandActivity\n    command: ${JSON.stringify(command)}`

test.each([
  ['echo #{myX}', '6:22'],
  ['echo "a" #{myX}', '6:14'],
  ["echo 'it' #{myX}", '6:27'],
  ['#{myX} --help', '6:17'],
  ['echo \\" #{myX}', '6:14'],
])('a parameter outside quotes is told: %s', (command, place) => {
  // where the text is written with escapes, its parts have no place of their own
  expect(found(shell(command))).toEqual([`warning UNQUOTED_PARAMETER ${place}`])
})

test.each([
  ['echo "#{myX}"'],
  ["echo '#{myX}'"],
  ['#{myX}'],
  [' #{myX} '],
  ['echo "#{format(@scheduledStartTime,\'YYYY\')} #{myX}"'],
  ['echo #{@scheduledStartTime}'],
  ['echo ${myX}'],
])('a parameter in quotes, or that is the whole command, is not told: %s', (command) => {
  expect(found(shell(command))).toEqual([])
})

test.each(['type: Integer, default: 3', 'type: Double, default: 0.5', 'default: a, allowedValues: [a, b]'])(
  'a parameter that can hold no shell is not told: %s',
  (parameter) => {
    expect(found(shell('echo #{myX}', parameter))).toEqual([])
  },
)

test("what AWS let pass is a warning in AWS's JSON and an error in the YAML form", () => {
  const json = (fields: object) =>
    JSON.stringify({
      objects: [
        { id: 'Default', scheduleType: 'ondemand', pipelineLogUri: 's3://l/x' },
        { id: 'load', type: 'ShellCommandActivity', command: 'ls', ...fields },
        { id: 'abstract' },
      ],
    })
  expect(found(json({ colour: 'red' }))).toEqual([
    expect.stringMatching(/^warning UNKNOWN_FIELD/),
    expect.stringMatching(/^warning MISSING_TYPE/),
  ])
  const yaml = `${onDemand}activities:\n  load: { type: ShellCommandActivity, command: ls, colour: red }\n  abstract: {}\n`
  expect(found(yaml)).toEqual([expect.stringMatching(/^error UNKNOWN_FIELD/), expect.stringMatching(/^error MISSING_TYPE/)])
})

test('what only stands in the way of running is a warning while reading, and an error at activation and in strict mode', () => {
  const text = `${onDemand}parameters: { myCommand: {} }
activities:
  load: { type: ShellCommandActivity, command: "#{myCommand}" }
  query: { type: HiveActivity, hiveScript: "#{myScript}" }
`
  expect(found(text, { purpose: 'reading' })).toEqual([
    'warning MISSING_PARAMETER 2:15',
    'warning NOT_SUPPORTED_YET 5:12',
    'warning UNDECLARED_PARAMETER 5:47',
  ])
  expect(found(text)).toEqual(['error MISSING_PARAMETER 2:15', 'error NOT_SUPPORTED_YET 5:12', 'error UNDECLARED_PARAMETER 5:47'])
  expect(found(text, { purpose: 'reading', strict: true })).toContain('error NOT_SUPPORTED_YET 5:12')
})

test('a definition that is only read is compiled although it cannot run', () => {
  const { definition } = readDefinition(`${onDemand}activities: { query: { type: HiveActivity, hiveScript: "#{myScript}" } }`, 'x')
  expect(compileDefinition(definition!, catalog, { purpose: 'reading' }).compiled?.components['query']?.type).toBe('HiveActivity')
  expect(compileDefinition(definition!, catalog).compiled).toBeUndefined()
})

test('a mistyped parameter is an error even while reading, since another name is near', () => {
  const text = `${onDemand}parameters: { myBucket: { default: x } }\nactivities: { a: { type: ShellCommandActivity, command: "ls '#{myBuckt}'" } }`
  expect(found(text, { purpose: 'reading' })).toEqual([expect.stringMatching(/^error UNKNOWN_NAME/)])
})

test('up to 32 instances of a shorter period fall into one interval, no more', () => {
  const text = (period: string) => `
schedules: { long: { period: ${period}, startDateTime: 2026-01-01 }, hourly: { period: 1 hour, startDateTime: 2026-01-01 } }
activities:
  a: { type: ShellCommandActivity, command: ls, schedule: hourly }
  b: { type: ShellCommandActivity, command: ls, schedule: long, dependsOn: a }
`
  expect(found(text('32 hours'))).toEqual([])
  expect(found(text('33 hours'))).toEqual(['error TOO_MANY_ROLL_UPS 5:76'])
  expect(found(text('1 minute'))).toEqual([])
})

test('a cascading backfill is told only of a start in the past, with machines of its own', () => {
  const text = (mode: string, runsOn: string) => `
defaults: { schedule: nightly, failureAndRerunMode: ${mode} }
schedules: { nightly: { period: 1 day, startDateTime: 2026-01-01 } }
resources: { machine: { type: Ec2Resource, terminateAfter: 1 hour } }
activities:
  a: { type: ShellCommandActivity, command: ls, runsOn: machine }
  b: { type: ShellCommandActivity, command: ls${runsOn} }
`
  const later = new Date('2026-02-01')
  expect(found(text('cascade', ', runsOn: machine'), { now: later })).toEqual(['warning CASCADE_BACKFILL 3:55'])
  expect(found(text('none', ''), { now: later })).toEqual([])
  expect(found(text('cascade', ''), { now: new Date('2025-12-31') })).toEqual([])
  expect(found(text('cascade', ''))).toEqual([])
  const withoutMachines = text('cascade', '')
    .replace(', runsOn: machine', '')
    .replace(/^resources.*\n/m, '')
  expect(found(withoutMachines, { now: later })).toEqual([])
})

test('a schedule whose first period would end after the year 9999 never runs', () => {
  const text = (start: string) => `
schedules: { s: { period: 3 years, startDateTime: ${start} } }
activities: { a: { type: ShellCommandActivity, command: ls, schedule: s } }
`
  expect(found(text('9996-12-31'))).toEqual([])
  expect(found(text('9997-01-01'))).toEqual(['error NO_INTERVAL 2:51'])
})

test('a backfill of more than 100,000 intervals is told, whatever their length and number', () => {
  const text = (schedule: string) => `
defaults: { schedule: s }
schedules: { s: { ${schedule} } }
activities: { a: { type: ShellCommandActivity, command: ls } }
`
  const now = new Date('2026-01-02T03:46:40Z')
  const told = (schedule: string) => found(text(schedule), { now }).length > 0
  expect(found(text('startDateTime: 2026-01-01, period: 1 second'), { now })).toEqual([])
  expect(found(text('startDateTime: 2025-12-31T23:59:59, period: 1 second'), { now })).toEqual(['warning HUGE_BACKFILL 3:34'])
  expect(found(text('startDateTime: 2025-12-31T23:59:59, period: 1 second'))).toEqual([])
  expect(told('startDateTime: 0001-01-01, period: 1 second')).toBe(true)
  expect(told('startDateTime: 0001-01-01, cron: "* * * * * *", timeZone: Europe/Berlin')).toBe(true)
  expect(told('startDateTime: 0001-01-01, period: 1 second, catchUp: latest')).toBe(false)
  expect(told('startDateTime: 0001-01-01, period: 1 second, catchUp: none')).toBe(false)
  expect(told('startDateTime: 0001-01-01, period: 1 second, catchUp: all')).toBe(true)
  expect(told('startDateTime: 0001-01-01, period: 1 second, occurrences: 100000')).toBe(false)
  expect(told('startDateTime: 0001-01-01, period: 1 second, occurrences: 100001')).toBe(true)
  expect(told('startDateTime: 0001-01-01, period: 1 second, endDateTime: 0001-01-02')).toBe(false)
  expect(told('startDateTime: 0001-01-01, period: 1 week')).toBe(true)
  expect(told('startDateTime: 0001-01-01, period: 1 month')).toBe(false)
  expect(told('startDateTime: 9999-01-01, period: 1 second, occurrences: 999999999')).toBe(false)
})

test('objects that something reaches are not told as unused', () => {
  const text = `${onDemand}
databases: { shop: { type: JdbcDatabase, connectionString: embedded:shop } }
dataFormats: { base: { type: CSV }, csv: { parent: base } }
dataNodes:
  orders: { type: SqlDataNode, database: shop, table: orders }
  extract: { type: S3DataNode, filePath: s3://b/k, dataFormat: csv }
  lonely: { type: S3DataNode, filePath: s3://b/k, precondition: arrived }
  idle: { type: S3DataNode, filePath: s3://b/k }
preconditions: { arrived: { type: S3KeyExists, s3Key: s3://b/k } }
activities: { copy: { type: CopyActivity, input: orders, output: extract } }
`
  expect(found(text)).toEqual(['warning UNUSED_OBJECT 9:3'])
})

test('strict mode tells of the limits and fields that AWS has and Sluice does without', () => {
  const text = `
defaults: { schedule: often, workerGroup: night, pipelineLogUri: s3://l/x }
schedules: { often: { period: 1 minute, startDateTime: 2026-01-01 } }
activities: { a: { type: ShellCommandActivity, command: ls, maximumRetries: 6, priority: 3 } }
`
  expect(found(text)).toEqual([])
  expect(found(text, { strict: true })).toEqual(['error AWS_LIMIT 3:31', 'error AWS_LIMIT 4:77', 'error AWS_LIMIT 4:80'])
})

test('counts that could never do anything are refused', () => {
  const text = (field: string) => `${onDemand}activities: { a: { type: ShellCommandActivity, command: ls, ${field} } }`
  expect(found(text('maximumRetries: 0'))).toEqual([])
  expect(found(text('maximumRetries: -1'))).toEqual(['error BAD_INTEGER 2:77'])
  expect(found(text('maxActiveInstances: 0'))).toEqual(['error BAD_INTEGER 2:81'])
})

test('an expression in the value of a parameter is checked where the value is used', () => {
  const text = (value: string) =>
    `${onDemand}parameters: { myX: { default: "${value}" } }\nactivities:\n  a: { type: ShellCommandActivity, command: "#{myX}" }`
  expect(found(text("ls #{format(@scheduledStartTime, 'YYYY')} '#{name}'"))).toEqual([])
  expect(found(text('ls #{format('))).toEqual(['error BAD_EXPRESSION 4:48'])
  expect(found(text('ls #{fromat(1)}'))).toEqual(['error UNKNOWN_FUNCTION 4:48'])
  expect(found(text('ls #{tabel}'))).toEqual(['error UNKNOWN_NAME 4:48'])
  expect(found(text('ls #{myX}'))).toEqual([])
})

test('parameters that name parameters that name parameters are each looked at once', () => {
  const parameters = Array.from(
    { length: 49 },
    (_, at) => `  my${'X'.repeat(at + 1)}: { default: "${`#{my${'X'.repeat(at + 2)}}`.repeat(40)}" }`,
  )
  const last = `  my${'X'.repeat(50)}: { default: "#{nobody}" }`
  const text = `${onDemand}parameters:\n${[...parameters, last].join('\n')}\nactivities:\n  a: { type: ShellCommandActivity, command: "#{myX}" }`
  expect(found(text)).toEqual(['error UNKNOWN_NAME 54:48'])
})

test('what the wild has is read: a typed Default, fields of its own on Default, mixed letter case, parents by name, numbers, built periods', () => {
  const objects = [
    {
      id: 'Default',
      type: 'Default',
      scheduleType: 'CRON',
      failureAndRerunMode: 'Cascade',
      schedule: { ref: 'S' },
      myRegion: 'eu',
      pipelineLogUri: 's3://l',
    },
    { id: 'S', type: 'Schedule', period: '1 Days', startAt: 'FIRST_ACTIVATION_DATE_TIME', occurrences: 3 },
    { id: 'Base', command: "echo '#{myRegion}' ${HOME}", maximumRetries: 1, attemptTimeout: '#{myHours} Hours' },
    { id: 'A', type: 'ShellCommandActivity', parent: { ref: 'Base' }, runsOn: { ref: 'M' }, stage: true },
    { id: 'M', type: 'Ec2Resource', terminateAfter: '#{myHours} Hours', keyPair: '#{myKey}' },
  ]
  const parameters = [
    { id: 'myHours', type: 'integer', default: 2 },
    { id: 'myKey', type: 'string', optional: 'TRUE', myComment: 'kept' },
  ]
  expect(found(JSON.stringify({ objects, parameters }))).toEqual([])
})

test('a machine without a schedule follows what runs on it, and one that nothing runs on needs none', () => {
  const text = (runsOn: string) => `
schedules: { nightly: { period: 1 day, startDateTime: 2026-01-01 } }
resources: { machine: { type: Ec2Resource, terminateAfter: 1 hour } }
activities: { a: { type: ShellCommandActivity, command: ls, schedule: nightly${runsOn} } }
`
  expect(found(text(', runsOn: machine'))).toEqual([])
  expect(found(text(''))).toEqual(['warning UNUSED_OBJECT 3:14'])
})
