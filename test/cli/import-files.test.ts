import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { text } from '../support/aws-shape.ts'
import { sluice } from '../support/cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const home = folder.path
afterAll(() => folder[Symbol.dispose]())

let outputs = 0
const newOutput = (): string => join(home, `out${outputs++}`)

describe('exported files', () => {
  const write = (name: string, content: string): string => {
    const file = join(home, name)
    writeFileSync(file, content)
    return file
  }
  const cli = `{"objects": [{"id": "Default", "name": "Default", "scheduleType": "ondemand"},
    {"id": "Say", "name": "Say", "type": "ShellCommandActivity", "command": "echo\n#{myWord}", "scriptArgument": ["a", "b"], "scriptArgument": "c",}],
    "parameters": [{"id": "myWord", "type": "String"}], "values": {"myWord": "x"}, "metadata": {"a": "b"}}`
  const api = JSON.stringify({
    pipelineObjects: [
      { id: 'Default', name: 'Default', fields: [text('scheduleType', 'ondemand')] },
      { id: 'Say', name: 'Say', fields: [text('type', 'ShellCommandActivity'), text('command', 'echo\n#{myWord}')] },
    ],
    parameterObjects: [{ id: 'myWord', attributes: [text('type', 'String')] }],
    parameterValues: [{ id: 'myWord', stringValue: 'x' }],
  })
  const cloudFormation = api.replaceAll(/"(\w)(\w*)":/g, (_match, first: string, rest: string) => `"${first.toUpperCase()}${rest}":`)

  test("of AWS's CLI, its API and CloudFormation say the same", async () => {
    const output = newOutput()
    const files = [write('cli.json', cli), write('api.json', api), write('cfn.json', cloudFormation)]
    const { code, stdout, stderr } = await sluice(['import', 'aws', '--file', ...files, '--output', output], { home })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const written = (name: string): string => readFileSync(join(output, name), 'utf8')
    expect(written('api.yaml').replace('name: api', '')).toBe(written('cfn.yaml').replace('name: cfn', ''))
    expect(written('cli.yaml')).toContain('scriptArgument: [a, b, c]')
    expect(written('cli.yaml')).toContain('# left out: metadata: No part of a definition: left out.\n')
    expect(written('cli.yaml')).toContain('command: |-\n      echo\n      #{myWord}\n')
    expect(stdout).toContain('not supported: metadata: No part of a definition: left out.')
    expect(stdout).toContain('3 pipelines imported, ready to run.')
  })

  test('with a mistake are refused with its place, and the others go on', async () => {
    const mistakes = [
      ['broken.json', '{"objects": [', ':1:14: error BAD_SYNTAX'],
      ['yaml.json', 'sluice: 1', ':1:1: error NOT_A_DEFINITION: The file holds no list of "objects"'],
      ['nameless.json', '{"objects": [{"name": "a"}]}', ':1:14: error MISSING_ID'],
      [
        'nested.json',
        '{"objects": [{"id": "a", "command": {"b": "c"}}]}',
        ':1:37: error BAD_VALUE: command is neither text nor a reference',
      ],
      ['listed.json', '{"objects": [], "values": {"a": {}}, "parameters": {}}', ':1:33: error BAD_VALUE: The value of a is not text.'],
      ['twice.json', '{"objects": [{"id": "a"}, {"id": "a"}]}', ' cannot be written without loss: 2 objects have the id "a".'],
    ] as const
    const files = [...mistakes.map(([name, content]) => write(name, content)), join(home, 'none.json'), write('good.json', api)]
    const output = newOutput()
    const { code, stdout, stderr } = await sluice(['import', 'aws', '--file', ...files, '--output', output], { home })
    expect(code).toBe(2)
    for (const [name, , sentence] of mistakes) expect(stderr).toContain(`${name}${sentence}`)
    expect(stderr).toContain('There is no file')
    expect(stderr).not.toMatch(/^\s+at /m)
    expect(readdirSync(output)).toEqual(['good.yaml'])
    expect(stdout).toContain('1 pipeline imported, ready to run, 7 failed.')
  })
})
