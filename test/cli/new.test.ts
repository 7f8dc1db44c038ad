import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { jsonLines, sluice, startOnTerminal, type CliResult } from '../support/cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** A folder, and `sluice new` with files in it: `FILE` stands for `FOLDER/pipeline.yaml`. */
function workspace() {
  const folder = temporaryFolder()
  const file = join(folder.path, 'pipeline.yaml')
  const at = (words: readonly string[]): string[] => words.map((word) => (word === 'FILE' ? file : word))
  return {
    path: folder.path,
    file,
    read: () => readFileSync(file, 'utf8'),
    said: () => parse(readFileSync(file, 'utf8')) as Readonly<Record<string, Readonly<Record<string, unknown>>>>,
    sluice: (...words: string[]) => sluice(at(words), { home: folder.path }),
    typing: (...words: string[]) => startOnTerminal(at(words), { home: folder.path }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  }
}

const gettingStarted = 'getting-started-using-shell-command-activity'
const rds = 'full-copy-of-rds-mysql-table-to-s3'
const rdsValues = ['myRDSInstanceId=shop-1', 'myRDSUsername=etl', 'myRDSTableName=orders', 'myOutputS3Loc=s3://lake']
const given = (values: readonly string[]): string[] => values.flatMap((value) => ['--param', value])

/** Exit code 2, nothing on the standard output and nothing in the folder. */
function expectRefused({ code, stdout, stderr }: CliResult, { path }: { readonly path: string }): string {
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(readdirSync(path)).toEqual([])
  return stderr
}

describe('without a template', () => {
  test('it lists them, each with a sentence', async () => {
    using space = workspace()
    const { code, stdout, stderr } = await space.sluice('new')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('run-aws-cli-command\n  Runs a command of the AWS CLI.\n')
    expect(stdout).toMatch(/run-job-on-an-emr-cluster\n {2}Starts .* Not run yet: EmrActivity, EmrCluster\.\n/)
    expect(stdout.match(/^[a-z0-9-]+$/gm)).toHaveLength(16)
  })

  test('--json tells their parameters, too', async () => {
    using space = workspace()
    const templates = jsonLines((await space.sluice('new', '--json')).stdout)
    expect(templates.find(({ name }) => name === 'export-dynamodb-table-to-s3')).toMatchObject({
      event: 'template',
      parameters: expect.arrayContaining([expect.objectContaining({ id: 'myDDBReadThroughputRatio', type: 'Double', default: ['0.25'] })]),
    })
  })
})

describe('the written file', () => {
  test('is the template with name and values, comments kept; it validates and runs', async () => {
    using space = workspace()
    const { code, stdout, stderr } = await space.sluice('new', 'getting-started', 'FILE', ...given(['myS3OutputLoc=s3://out']))
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(`pipeline.yaml is written: the pipeline pipeline, from the template ${gettingStarted}.`)
    expect(stdout).toContain(`sluice run ${space.file}\n`)

    const template = readFileSync(`pipelines/templates/${gettingStarted}.yaml`, 'utf8')
    const [head = '', rest = ''] = template.replace(`name: ${gettingStarted}`, 'name: pipeline').split('\ndefaults:')
    const own = rest.slice(0, rest.indexOf('  - name: asks for what it needs'))
    expect(space.read()).toBe(`${head}\nvalues:\n  myS3OutputLoc: s3://out\n\ndefaults:${own}`)

    const ran = await space.sluice('run', '--json', 'FILE')
    expect(jsonLines(ran.stdout).at(-1)).toMatchObject({ event: 'summary', status: 'FINISHED', counts: { FINISHED: 8 } })
    const outputs = readdirSync(join(space.path, 's3/out'))
    expect(outputs).toHaveLength(4)
    const counted = readFileSync(join(space.path, 's3/out', outputs[0] ?? '', 'output.txt'), 'utf8')
    expect(counted.match(/access_log_\d:\d+$/gm)).toEqual(['access_log_1:48', 'access_log_2:45'])
  })

  test('leaves sample data that are there already, and copies none where others are named', async () => {
    using space = workspace()
    mkdirSync(join(space.path, 'access-logs'))
    await space.sluice('new', gettingStarted, 'FILE', ...given(['myS3OutputLoc=s3://out']))
    expect(readdirSync(join(space.path, 'access-logs'))).toEqual([])

    using other = workspace()
    const { stdout } = await other.sluice('new', gettingStarted, 'FILE', ...given(['myS3OutputLoc=s3://out', 'myS3InputLoc=file:mine']))
    expect(stdout).not.toContain('Beside it')
    expect(readdirSync(other.path)).toEqual(['pipeline.yaml'])
  })

  test('has several values of a list, and texts that YAML would read otherwise, as they were given', async () => {
    using space = workspace()
    const steps = ['s3://demo/a.jar,one # two', 's3://demo/b.jar']
    const values = [...steps.map((step) => `myEmrStep=${step}`), 'myEC2KeyPair=yes', 'myTaskInstanceCount=3', 'myCoreInstanceCount=2']
    expect((await space.sluice('new', 'run-job', 'FILE', ...given(values))).code).toBe(0)
    expect(space.said()['values']).toEqual({ myEmrStep: steps, myEC2KeyPair: 'yes', myTaskInstanceCount: '3' }) // 2 is the default
  })

  test('keeps those tests that give themselves what the file gives, and no others', async () => {
    using space = workspace()
    const words = ['new', 'run-job', 'FILE', '--force', ...given(['myEmrStep=s3://demo/a.jar', 'myTaskInstanceCount=3'])]
    await space.sluice(...words)
    const tests = Object.values(space.said()['tests'] ?? {}) as { readonly name: string }[]
    expect(tests.map(({ name }) => name)).toEqual(['runs several steps in their order, after several bootstrap actions'])
    await space.sluice(...words, ...given(['myMasterInstanceType=m1.large']))
    expect(space.read()).not.toContain('\ntests:')
  })

  test('has another name, and is named after its template when no file is named', async () => {
    using space = workspace()
    await space.sluice('new', 'run-aws', 'FILE', ...given(['myAWSCLICmd=aws s3 ls']), '--name', 'nightly: listing')
    expect(space.said()['name']).toBe('nightly: listing')
  })

  test('--json says what was written and what comes next', async () => {
    using space = workspace()
    const { stdout } = await space.sluice('new', rds, 'FILE', '--json', ...given(rdsValues))
    expect(jsonLines(stdout)).toEqual([
      {
        event: 'written',
        file: space.file,
        name: 'pipeline',
        template: rds,
        samples: [],
        withheld: ['myRDSPassword'],
        toCome: ['RdsDatabase'],
        validate: `sluice validate ${space.file} --param myRDSPassword=...`,
        run: `sluice run ${space.file} --param myRDSPassword=...`,
      },
    ])
  })
})

describe('a secret', () => {
  test('that is given is not written, and the person hears why and how to give it', async () => {
    using space = workspace()
    const { code, stdout } = await space.sluice('new', rds, 'FILE', ...given([...rdsValues, '*myRDSPassword=hunter2']))
    expect(code).toBe(0)
    expect(stdout).toContain('Not in it: myRDSPassword. What is secret does not belong into a file')
    expect(stdout).toContain(`sluice run ${space.file} --param myRDSPassword=...`)
    expect(space.read() + stdout).not.toContain('hunter2')
    expect(space.said()['values']).not.toHaveProperty('myRDSPassword')
    const { stdout: validated } = await space.sluice('validate', '--json', 'FILE', ...given(['myRDSPassword=hunter2']))
    const codes = jsonLines(validated).flatMap(({ code: found }) => found ?? [])
    expect(codes).toEqual(['NOT_SUPPORTED_YET'])
  })
})

describe('the schedule', () => {
  const everyHour = { DefaultSchedule: { name: 'Every 1 hour', period: '1 hour', startAt: 'FIRST_ACTIVATION_DATE_TIME' } }

  test('of a template on demand may be a period', async () => {
    using space = workspace()
    await space.sluice('new', 'run-aws', 'FILE', ...given(['myAWSCLICmd=date']), '--schedule', '1 HOURS')
    expect(space.said()).toMatchObject({ defaults: { scheduleType: 'cron', schedule: 'DefaultSchedule' }, schedules: everyHour })
    expect(space.read()).not.toContain('\ntests:')
    expect((await space.sluice('validate', 'FILE')).code).toBe(0)
  })

  test('of an incremental template may be another period, and stays a series', async () => {
    using space = workspace()
    const values = ['myJdbcConnectStr=embedded:shop', 'myTableName=orders', 'myLastModifiedCol=changed', 'myOutputS3Loc=s3://lake']
    await space.sluice('new', 'incremental-copy-of-sql-table-to-s3', 'FILE', ...given(values), '--schedule', '1 hour')
    expect(space.said()).toMatchObject({ defaults: { scheduleType: 'timeseries', schedule: 'DefaultSchedule' }, schedules: everyHour })
    expect(space.read().match(/schedule:/g)).toHaveLength(1)
  })

  test('may be none', async () => {
    using space = workspace()
    await space.sluice('new', gettingStarted, 'FILE', ...given(['myS3OutputLoc=s3://out']), '--on-demand')
    expect(space.said()['defaults']).toMatchObject({ scheduleType: 'ONDEMAND', failureAndRerunMode: 'CASCADE' })
    expect(space.said()['defaults']).not.toHaveProperty('schedule')
    expect(space.said()).not.toHaveProperty('schedules')
    expect((await space.sluice('validate', 'FILE')).code).toBe(0)
  })

  test('may not be none where the template works on intervals', async () => {
    using space = workspace()
    const values = ['myJdbcConnectStr=embedded:shop', 'myTableName=orders', 'myLastModifiedCol=changed', 'myOutputS3Loc=s3://lake']
    const result = await space.sluice('new', 'incremental-copy-of-sql-table-to-s3', 'FILE', ...given(values), '--on-demand')
    expect(expectRefused(result, space)).toContain('a run on demand has none.\n  hint: Leave --on-demand out')
  })

  test.each([
    ['every day', 'It must be a period'],
    ['0 days', 'It must be a period'],
    ['4 years', 'must be between 1 second and 3 years'],
  ])('may not be %j', async (period, sentence) => {
    using space = workspace()
    const result = await space.sluice('new', 'run-aws', 'FILE', ...given(['myAWSCLICmd=date']), '--schedule', period)
    expect(expectRefused(result, space)).toContain(sentence)
  })
})

describe('off a terminal it never asks, and refuses', () => {
  test('a template that is not there, naming the one that was meant', async () => {
    using space = workspace()
    const stderr = expectRefused(await space.sluice('new', 'export-dynamodb-tabel-to-s3', 'FILE'), space)
    expect(stderr).toBe('error: There is no template "export-dynamodb-tabel-to-s3".\n  hint: Did you mean "export-dynamodb-table-to-s3"?\n')
    expect(expectRefused(await space.sluice('new', 'copy mysql redshift', 'FILE'), space)).toContain(
      'hint: Name one of full-copy-of-rds-mysql-table-to-redshift, incremental-copy-of-rds-mysql-table-to-redshift.',
    )
    expect(expectRefused(await space.sluice('new', 'backup', 'FILE'), space)).toContain('import-dynamodb-backup-data-from-s3')
    expect(expectRefused(await space.sluice('new', 'nothing', 'FILE'), space)).toContain('`sluice new` lists the templates.')
  })

  test('a beginning that several templates have', async () => {
    using space = workspace()
    const stderr = expectRefused(await space.sluice('new', 'full-copy-of-sql', 'FILE'), space)
    expect(stderr).toContain('Several templates begin with "full-copy-of-sql".')
    expect(stderr).toContain('Name one of full-copy-of-sql-table-to-s3, full-copy-of-sql-table-to-sql-table.')
  })

  test('missing values, in one sentence', async () => {
    using space = workspace()
    const stderr = expectRefused(await space.sluice('new', rds, 'FILE', ...given(['myRDSUsername=', 'myOutputS3Loc=s3://lake'])), space)
    expect(stderr).toBe(
      `error: ${rds} needs values for myRDSInstanceId, myRDSUsername and myRDSTableName.\n` +
        '  hint: Give each with --param id=value; on a terminal, without --json, they are asked for.\n',
    )
  })

  test('wrong values, all of them, each with a way out', async () => {
    using space = workspace()
    const values = ['myDDBTableName=orders', 'myDDBTabelName=orders', 'myOutputS3Loc=lake']
    const stderr = expectRefused(await space.sluice('new', 'export', 'FILE', ...given(values)), space)
    expect(stderr).toContain('error UNKNOWN_PARAMETER: A value is given for "myDDBTabelName"')
    expect(stderr).toContain('hint: Did you mean "myDDBTableName"?')
    expect(stderr).toMatch(/error NOT_AN_S3_URI: .* "lake" does not begin with s3:\/\/\.\n {2}hint: Write s3:\/\/bucket\/folder/)
  })

  test('a word where a number is taken', async () => {
    using space = workspace()
    const values = ['myDDBTableName=orders', 'myOutputS3Loc=s3://lake', 'myDDBReadThroughputRatio=half']
    const stderr = expectRefused(await space.sluice('new', 'export', 'FILE', ...given(values)), space)
    const sentence = 'The parameter myDDBReadThroughputRatio is of type Double, but "half" is not.'
    expect(stderr).toBe(`error BAD_PARAMETER_VALUE: ${sentence}\n  hint: Give a number such as 0.5.\n`)
  })

  test('a value that is not allowed, and two where one is taken', async () => {
    using space = workspace()
    const values = ['myInsertMode=TRUNKATE', 'myInputS3Loc=s3://a', 'myInputS3Loc=s3://b']
    const stderr = expectRefused(await space.sluice('new', 'load-data', 'FILE', ...given(values)), space)
    expect(stderr).toContain('The parameter myInsertMode does not allow "TRUNKATE".\n  hint: Did you mean "TRUNCATE"?')
    expect(stderr).toContain('The parameter myInputS3Loc takes one value, but 2 are given.')
  })

  test('a file that is there, unless --force says otherwise', async () => {
    using space = workspace()
    writeFileSync(space.file, 'mine')
    const words = ['new', 'run-aws', 'FILE', ...given(['myAWSCLICmd=date'])]
    const { code, stderr } = await space.sluice(...words)
    expect(code).toBe(2)
    expect(stderr).toContain('pipeline.yaml is already there.\n  hint: Name another file, or say --force')
    expect(space.read()).toBe('mine')
    expect((await space.sluice(...words, '--force')).code).toBe(0)
    expect(space.said()['name']).toBe('pipeline')
  })

  test('a place where no file can be', async () => {
    using space = workspace()
    const refuse = async (file: string) => expectRefused(await space.sluice('new', 'run-aws', file, ...given(['myAWSCLICmd=date'])), space)
    expect(await refuse(join(space.path, 'sub/p.yaml'))).toContain(`sub for p.yaml.\n  hint: Make it: mkdir -p ${space.path}/sub`)
    expect(await refuse(space.path)).toContain('is a folder.')
    expect(await refuse(join(space.path, 'p.json'))).toContain('`sluice convert` makes JSON of it.')
    expect(await refuse('/proc/p.yaml')).toContain('/proc/p.yaml cannot be written')
  })

  test('what cannot be written, and takes its sample data away again', async () => {
    using space = workspace()
    const refuse = async (file: string) =>
      expectRefused(await space.sluice('new', 'getting-started', file, ...given(['myS3OutputLoc=s3://out'])), space)
    expect(await refuse('/proc/p.yaml')).toContain('/proc/access-logs cannot be written')
    for (const length of [245, 300]) {
      const file = join(space.path, `${'p'.repeat(length)}.yaml`)
      expect(await refuse(file)).toMatch(/p\.yaml cannot be written: ENAMETOOLONG/)
    }
  })
})

describe('on a terminal it asks for each parameter', () => {
  test('with label, help and sample, and again after a wrong answer', async () => {
    using space = workspace()
    await using cli = space.typing('new', 'run-job', 'FILE', ...given(['myMasterInstanceType=m1.large']))
    const type = (text: string): boolean => cli.child.stdin.write(text)

    expect(await cli.shows(/EC2 key pair \(optional\)[^]*An existing EC2 key pair to SSH/)).not.toContain('EMR step')
    type('\r')
    await cli.shows(/EMR step\(s\)[^]*A step is a unit of work[^]*https:\/\/docs\.aws[^]*3:\/\/myBucket\/myPath\/myStep\.jar/)
    type('\r')
    await cli.shows(/A value is needed\./)
    type('s3://demo/one.jar\r')
    await cli.shows(/EMR step\(s\): another one\?/)
    type('s3://demo/two.jar\r')
    await cli.shows(/(another one\?[^]*){3}/) // asked, answered, asked
    type('\r')
    await cli.shows(/Bootstrap action\(s\) \(optional\)/)
    type('\r')
    await cli.shows(/Core node instance type \(Enter takes m1\.medium\)/)
    type('\r')
    await cli.shows(/Core node instance count \(Enter takes 2\)/)
    type('many\r')
    await cli.shows(/The parameter myCoreInstanceCount is of type Integer, but "many" is not\./)
    type('\x7f\x7f\x7f\x7f4\r')
    await cli.shows(/Task node instance type \(optional\)/)
    type('\r')
    await cli.shows(/Task node instance count \(optional\)/)
    type('\r')
    await cli.shows(/EMR Release Label \(Enter takes emr-5\.13\.0\)/)
    type('\r')

    const { code, stdout } = await cli.ended
    expect(code).toBe(0)
    expect(stdout).not.toContain('Master node instance type')
    expect(space.said()['values']).toEqual({
      myMasterInstanceType: 'm1.large',
      myEmrStep: ['s3://demo/one.jar', 's3://demo/two.jar'],
      myCoreInstanceCount: '4',
    })
  })

  test('offers what is allowed as a choice, and takes a secret unseen', async () => {
    using space = workspace()
    const known = ['myInputS3Loc=s3://lake', 'myRedshiftJdbcConnectStr=jdbc:postgresql://w:5439/s', 'myRedshiftUsername=etl']
    const more = [
      'myRedshiftDbName=s',
      'myRedshiftTableName=t',
      'myRedshiftCreateTableSql=',
      'myRedshiftSecurityGrps=web',
      'myCopyOptions=',
    ]
    await using cli = space.typing('new', 'load-data', 'FILE', ...given([...known, ...more]))
    await cli.shows(/Redshift password[^]*not written to the file/)
    cli.child.stdin.write('hunter2\r')
    await cli.shows(/Table insert mode[^]*KEEP_EXISTING[^]*APPEND/)
    cli.child.stdin.write('\u001b[B\r') // down, from the default OVERWRITE_EXISTING

    const { code, stdout } = await cli.ended
    expect(code).toBe(0)
    expect(stdout + space.read()).not.toContain('hunter2')
    expect(stdout).toContain('--param myRedshiftPassword=...')
    expect(space.said()['values']).toMatchObject({ myInsertMode: 'TRUNCATE' })
    expect(space.said()['values']).not.toHaveProperty('myCopyOptions')
  })

  test('wants s3:// where it must be, and takes a folder of this machine for it', async () => {
    using space = workspace()
    await using cli = space.typing('new', gettingStarted, 'FILE', ...given(['myShellCmd=date', 'myS3InputLoc=file:mine']))
    await cli.shows(/S3 output folder/)
    cli.child.stdin.write('out\r')
    await cli.shows(/"out" does not begin with s3:\/\/\. Write s3:\/\/bucket\/folder, or file:folder/)
    cli.child.stdin.write('\x7f\x7f\x7ffile:out\r')
    expect((await cli.ended).code).toBe(0)
    expect(space.said()['values']).toEqual({ myShellCmd: 'date', myS3InputLoc: 'file:mine', myS3OutputLoc: 'file:out' })
  })

  test.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('and %s leaves nothing behind', async (_name, key) => {
    using space = workspace()
    await using cli = space.typing('new', gettingStarted, 'FILE')
    await cli.shows(/S3 input folder/)
    cli.child.stdin.write('\r')
    await cli.shows(/S3 output folder/)
    cli.child.stdin.write(key)
    const { code, stdout } = await cli.ended
    expect(code).toBe(130)
    expect(stdout).toContain('Stopped. Nothing was written.')
    expect(readdirSync(space.path)).toEqual([])
  })

  test('but not with --json, nor for a file that is there already', async () => {
    using space = workspace()
    expect((await space.typing('new', gettingStarted, 'FILE', '--json').ended).code).toBe(2)
    writeFileSync(space.file, 'mine')
    const { code, stdout } = await space.typing('new', gettingStarted, 'FILE').ended
    expect(code).toBe(2)
    expect(stdout).not.toContain('S3 input folder')
    expect(existsSync(join(space.path, 'access-logs'))).toBe(false)
  })
})
