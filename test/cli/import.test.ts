import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { AwsObject } from '../../engine/clients/data-pipeline.ts'
import { ref, text } from '../support/aws-shape.ts'
import { jsonLines, sluice, type CliResult } from '../support/cli.ts'
import { startDataPipelines, type ServedPipeline } from '../support/data-pipeline-service.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const home = folder.path
afterAll(() => folder[Symbol.dispose]())

let outputs = 0
const newOutput = (): string => join(home, `out${outputs++}`)

const importAws = (env: Readonly<Record<string, string>>, ...args: string[]): Promise<CliResult> =>
  sluice(['import', 'aws', ...args], { home, env: { AWS_EC2_METADATA_DISABLED: 'true', ...env } })

const hello: AwsObject[] = [
  { id: 'Default', name: 'Default', fields: [text('scheduleType', 'ondemand'), ref('parent', 'Base')] },
  { id: 'Base', name: 'Base', fields: [text('maximumRetries', '1')] },
  {
    id: 'Say',
    name: 'Say hello',
    fields: [text('type', 'shellcommandactivity'), text('command', "echo '#{myWord}'"), text('@status', 'X')],
  },
]

const nightly: ServedPipeline = {
  id: 'df-NIGHTLY',
  name: 'nightly',
  description: 'Every night',
  fields: [text('@pipelineState', 'SCHEDULED'), text('@healthStatus', 'ERROR'), text('@latestRunTime', '2024-01-02T03:04:05')],
  tags: [{ key: 'team', value: 'data\n#{x}' }],
  latest: {
    objects: hello,
    parameters: [{ id: 'myWord', attributes: [text('type', 'String')] }],
    values: [{ id: 'myWord', stringValue: 'hello' }],
  },
}

const simple = (id: string, name = id): ServedPipeline => ({ id, name, latest: { objects: hello.slice(0, 2) } })

describe('without a choice the pipelines of the account are listed', () => {
  test('all pages of them, 25 described in a call', async () => {
    const many = Array.from({ length: 60 }, (_, at) => simple(`df-${at}`))
    await using aws = await startDataPipelines([...many, nightly])
    const { code, stdout, stderr } = await importAws(aws.env)
    expect({ code, lines: stdout.trim().split('\n').length }).toEqual({ code: 0, lines: 62 })
    expect(stdout).toMatch(/^PIPELINE +NAME +STATE +HEALTH +LAST RUN \(UTC\)\n/)
    expect(stdout).toMatch(/df-NIGHTLY +nightly +SCHEDULED +ERROR +2024-01-02T03:04:05\n/)
    expect(stderr).toContain('sluice import aws PIPELINE_ID... --output DIR')
    expect(aws.calls.map(({ operation, pipelineIds }) => `${operation} ${pipelineIds.length}`)).toEqual([
      'ListPipelines 0',
      'ListPipelines 0',
      'DescribePipelines 25',
      'DescribePipelines 25',
      'DescribePipelines 11',
    ])
  })

  test('those of a name, for a program', async () => {
    await using aws = await startDataPipelines([simple('df-1', 'hourly'), nightly])
    const { stdout } = await importAws(aws.env, '--name', 'night*', '--json')
    expect(jsonLines(stdout)).toEqual([
      {
        pipeline: 'df-NIGHTLY',
        name: 'nightly',
        description: 'Every night',
        state: {
          pipelineId: 'df-NIGHTLY',
          '@pipelineState': 'SCHEDULED',
          '@healthStatus': 'ERROR',
          '@latestRunTime': '2024-01-02T03:04:05',
        },
        tags: { team: 'data\n#{x}' },
      },
    ])
  })

  test('that there are none is said', async () => {
    await using aws = await startDataPipelines([])
    expect(await importAws(aws.env)).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('There are no pipelines') })
  })
})

describe('a pipeline is written', () => {
  test('as YAML that can run, with state and tags as comments, and the report says what is not as in AWS', async () => {
    await using aws = await startDataPipelines([nightly])
    const output = newOutput()
    const { code, stdout, stderr } = await importAws(aws.env, 'df-NIGHTLY', '--output', output)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(readFileSync(join(output, 'nightly.yaml'), 'utf8')).toBe(`# Imported from AWS Data Pipeline.
# pipelineId: df-NIGHTLY
# @pipelineState: SCHEDULED
# @healthStatus: ERROR
# @latestRunTime: 2024-01-02T03:04:05
# tag team: "data\\n#{x}"
sluice: 1
name: nightly
description: Every night

parameters:
  myWord:
    type: String

values:
  myWord: hello

defaults:
  scheduleType: ondemand
  parent: Base

objects:
  Base:
    maximumRetries: 1

activities:
  Say:
    type: ShellCommandActivity
    name: Say hello
    command: "echo '#{myWord}'"
    "@status": X
`)
    expect(stdout).toBe(`nightly (df-NIGHTLY) → ${output}/nightly.yaml
  kept: 15 fields
  changed: pipelineId, @pipelineState, @healthStatus, @latestRunTime, tag team: A comment at the top of the file: a definition has no place for it.
  changed: Say.type: Written ShellCommandActivity, as Sluice spells "shellcommandactivity".
  changed: Say.@status: The engine writes it at run time: it stays in the file and is ignored.
  validation: no errors, 1 warning, told above
1 pipeline imported, ready to run.
`)
    expect((await sluice(['validate', join(output, 'nightly.yaml')], { home })).code).toBe(0)
  })

  test("as AWS's JSON, the state being in the report only", async () => {
    await using aws = await startDataPipelines([nightly])
    const output = newOutput()
    const { stdout } = await importAws(aws.env, 'df-NIGHTLY', '--output', output, '--to', 'json', '--report', 'full')
    expect(JSON.parse(readFileSync(join(output, 'nightly.json'), 'utf8'))).toMatchObject({
      name: 'nightly',
      objects: [{ id: 'Default', parent: { ref: 'Base' } }, { id: 'Base' }, { id: 'Say', name: 'Say hello', type: 'ShellCommandActivity' }],
      values: { myWord: 'hello' },
    })
    expect(stdout).toContain('  not supported: tag team: Only in this report')
    expect(stdout).toContain('  kept: Say.command\n')
    expect(stdout).toContain('1 pipeline imported, ready to run.')
  })

  test('with the fate of every field for a program', async () => {
    await using aws = await startDataPipelines([nightly])
    const { stdout } = await importAws(aws.env, '--all', '--output', newOutput(), '--json')
    const [imported, summary] = jsonLines(stdout)
    expect(imported).toMatchObject({
      event: 'imported',
      pipeline: 'df-NIGHTLY',
      name: 'nightly',
      mayRun: true,
      tags: { team: 'data\n#{x}' },
    })
    expect(imported?.['fields']).toHaveLength(22)
    expect(imported?.['fields']).toContainEqual({ of: 'object', id: 'Say', field: 'command', fate: 'kept' })
    expect(summary).toEqual({ event: 'summary', imported: 1, mayRun: 1, empty: 0, failed: 0, notTried: 0 })
  })

  test('in the version that was activated, when that is asked for', async () => {
    const active = { objects: [{ id: 'Default', name: 'Default', fields: [text('scheduleType', 'cron')] }] }
    await using aws = await startDataPipelines([{ ...nightly, active }, simple('df-NEVER', 'never')])
    const output = newOutput()
    const { code, stderr, stdout } = await importAws(aws.env, '--all', '--pipeline-version', 'active', '--output', output)
    expect(readFileSync(join(output, 'nightly.yaml'), 'utf8')).toContain('scheduleType: cron')
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'never (df-NEVER) was never activated, so it has no active definition. Its saved one: --pipeline-version latest.\n',
    })
    expect(stdout).toContain('1 pipeline imported, ready to run, 1 empty.')
  })

  test('under a name of its own, whatever the pipelines are called', async () => {
    const names = ['a/b', 'A b', '../../etc/passwd', '...', 'ü'.repeat(500), 'alone']
    await using aws = await startDataPipelines(names.map((name, at) => simple(`df-${at}`, name)))
    const output = newOutput()
    expect(await importAws(aws.env, '--all', '--output', output)).toMatchObject({ code: 0 })
    expect(readdirSync(output).toSorted()).toEqual(
      ['A-b.df-1.yaml', 'a-b.df-0.yaml', 'alone.yaml', 'df-3.yaml', 'etc-passwd.yaml', `${'ü'.repeat(90)}.yaml`].toSorted(),
    )
  })
})

test('secrets, which AWS masks, are left out and asked for again', async () => {
  const parameters = [
    { id: '*myPassword', attributes: [text('type', 'String')] },
    { id: '*myOther', attributes: [text('default', '********')] },
  ]
  const objects = [...hello, { id: 'Db', name: 'Db', fields: [text('type', 'JdbcDatabase'), text('*password', '********')] }]
  const values = [{ id: '*myPassword', stringValue: '********' }]
  await using aws = await startDataPipelines([{ id: 'df-1', name: 'secret', latest: { objects, parameters, values } }])
  const output = newOutput()
  const { stdout } = await importAws(aws.env, 'df-1', '--output', output)
  const written = readFileSync(join(output, 'secret.yaml'), 'utf8')
  expect(written).not.toContain('****')
  expect(written).toContain('# left out: value *myPassword: AWS shows only asterisks')
  expect(stdout).toContain(
    '  not supported: value *myPassword: AWS shows only asterisks for this secret. Give it again: --param myPassword=...',
  )
  expect(stdout).toContain('  not supported: Db.*password: AWS shows only asterisks')
  expect(stdout).toContain('  not supported: parameter *myOther.default: AWS shows only asterisks')
  expect(stdout).toContain('  needs values: myPassword, myOther: ')
  expect(stdout).toContain('1 pipeline imported, 0 of them ready to run')
})

describe('what is there already', () => {
  test('is kept, unless --force is said; the other pipelines go on', async () => {
    await using aws = await startDataPipelines([simple('df-1', 'mine'), simple('df-2', 'other')])
    const output = newOutput()
    mkdirSync(output)
    writeFileSync(join(output, 'mine.yaml'), 'mine')
    const refused = await importAws(aws.env, '--all', '--output', output)
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('mine.yaml is already there.\n  hint:') })
    expect(refused.stdout).toContain('1 pipeline imported, ready to run, 1 failed.')
    expect(readFileSync(join(output, 'mine.yaml'), 'utf8')).toBe('mine')
    expect(readdirSync(output)).toEqual(['mine.yaml', 'other.yaml'])

    expect((await importAws(aws.env, '--all', '--output', output, '--force')).code).toBe(0)
    expect(readFileSync(join(output, 'mine.yaml'), 'utf8')).toContain('sluice: 1')
  })

  test('and says the same is no obstacle: the command may be given again', async () => {
    await using aws = await startDataPipelines([simple('df-1', 'same')])
    const output = newOutput()
    await importAws(aws.env, '--all', '--output', output)
    expect(await importAws(aws.env, '--all', '--output', output)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('same.yaml, which said the same already\n'),
    })
  })
})

describe('what AWS refuses is a sentence with a way out', () => {
  const refusals = (refuse: Parameters<typeof startDataPipelines>[1], pipelines = [simple('df-1'), simple('df-2'), simple('df-3')]) =>
    startDataPipelines(pipelines, refuse)

  test('an id that is not there does not keep the others', async () => {
    await using aws = await refusals(undefined)
    const { code, stdout, stderr } = await importAws(aws.env, 'df-1', 'df-NONE', 'df-2', '--output', newOutput())
    expect(code).toBe(2)
    expect(stderr).toBe(`failed The pipeline df-NONE is not there (${aws.url}).
  hint: See which there are: sluice import aws. Another region: --region.
`)
    expect(stdout).toContain('2 pipelines imported, ready to run, 1 failed.')
  })

  test('whatever it is, for one pipeline after the other', async () => {
    const types = ['AccessDeniedException', 'PipelineDeletedException', 'InvalidRequestException', 'InternalServiceError']
    const pipelines = [...types.map((_, at) => simple(`df-${at}`)), simple('df-GOOD')]
    await using aws = await refusals(({ operation, pipelineIds }) => {
      const type = types[Number(pipelineIds[0]?.slice(3))]
      return operation === 'GetPipelineDefinition' && type ? { type } : undefined
    }, pipelines)
    const { code, stdout, stderr } = await importAws(aws.env, '--all', '--output', newOutput())
    expect(code, 'the gravest').toBe(3)
    expect(stderr.match(/^failed .*$/gm)).toEqual([
      `failed No permission to read the definition of df-0 (${aws.url}): as the test wants.`,
      `failed The pipeline df-1 has been deleted (${aws.url}).`,
      'failed AWS refuses to read the definition of df-2: as the test wants.',
      `failed AWS failed to read the definition of df-3 (${aws.url}): InternalServiceError: as the test wants.`,
    ])
    expect(stderr.match(/^ {2}hint: .*\.$/gm)).toHaveLength(4)
    expect(stdout).toContain('1 pipeline imported, ready to run, 4 failed.')
  })

  test('a session that ends ends the import, and what was not tried is told', async () => {
    await using aws = await refusals(({ pipelineIds, operation }) =>
      operation === 'GetPipelineDefinition' && pipelineIds[0] !== 'df-1' ? { type: 'ExpiredTokenException' } : undefined,
    )
    const { code, stdout, stderr } = await importAws(aws.env, '--all', '--output', newOutput())
    expect({ code, stdout: stdout.split('\n').at(-2) }).toEqual({
      code: 2,
      stdout: '1 pipeline imported, ready to run, 1 failed, 1 not tried.',
    })
    expect(stderr).toContain('does not accept the AWS credentials: as the test wants.\n  hint: Look at the access key')
  })

  test('no permission to list', async () => {
    await using aws = await refusals(() => ({ type: 'AccessDeniedException' }))
    expect(await importAws(aws.env)).toMatchObject({ code: 2, stderr: expect.stringContaining('No permission to list the pipelines') })
  })

  test('throttling is waited out', async () => {
    await using aws = await refusals(({ operation }, calls) =>
      operation !== 'ListPipelines' && !calls.some((call) => call.operation === operation) ? { type: 'ThrottlingException' } : undefined,
    )
    const { code, stdout } = await importAws(aws.env, '--all', '--output', newOutput())
    expect({ code, summary: stdout.split('\n').at(-2) }).toEqual({ code: 0, summary: '3 pipelines imported, ready to run.' })
    expect(aws.calls.filter(({ operation }) => operation === 'DescribePipelines')).toHaveLength(2)
  })

  test('a name that no pipeline has', async () => {
    await using aws = await refusals(undefined)
    const { code, stderr } = await importAws(aws.env, '--name', 'df', '--output', newOutput())
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("No pipeline's name is df.") })
  })
})

describe('a service that cannot be asked', () => {
  const keys = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'eu-west-1' }
  const refused = async (env: Readonly<Record<string, string>>, ...args: string[]): Promise<CliResult> => {
    const result = await importAws(env, ...args)
    expect(result.stdout).toBe('')
    expect(result.stderr).toMatch(/^error: .*\.\n {2}hint: .*\n$/)
    return result
  }

  test('because nothing listens there', async () => {
    const { code, stderr } = await refused(keys, '--endpoint-url', 'http://127.0.0.1:1')
    expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining('cannot be reached to list the pipelines') })
  })

  test('because it is another one', async () => {
    const server = createServer((_request, response) => response.writeHead(404).end('<html>')).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const { code, stderr } = await refused(keys, '--endpoint-url', url)
    server.close()
    expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining('is not AWS Data Pipeline (HTTP 404).') })
  })

  test('because no region is named', async () => {
    const env = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' }
    expect(await refused(env)).toMatchObject({ code: 2, stderr: expect.stringContaining('No AWS region is named.') })
  })

  test('because there are no credentials', async () => {
    const { code, stderr } = await refused({ AWS_REGION: 'eu-west-1' })
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('There are no AWS credentials') })
  })
})

describe('a command that does not say enough', () => {
  test.each([
    [['df-1'], 'Where do the files go?', 'Say --output DIR.'],
    [['--all'], 'Where do the files go?', 'Say --output DIR.'],
    [['--output', 'x'], 'Which pipelines?', 'Name their ids'],
    [['--file', 'x', '--all', '--output', 'x'], '--file names files', 'Leave out ids'],
    [['--all', '--output', 'package.json/x'], 'The folder package.json/x cannot be made', 'Name a folder of yours'],
    [['--endpoint-url', 'localhost'], 'It must be a URL', 'for example https://'],
    [['--json', '--report', 'full'], "option '--json' cannot be used with option '--report", ''],
  ])('%j', async (args, sentence, hint) => {
    const { code, stdout, stderr } = await importAws({}, ...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(sentence)
    expect(stderr).toContain(hint)
    expect(existsSync('x')).toBe(false)
  })
})
