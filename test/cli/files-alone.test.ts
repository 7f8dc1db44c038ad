import { expect, test } from 'vitest'
import { githubAnnotation } from '../../engine/cli/validate/github-annotation.ts'
import { runProgram } from '../../engine/cli/program.ts'
import { createLook } from '../../engine/cli/view/look.ts'
import { drawDot, drawMermaid } from '../../engine/definition/draw-graph.ts'
import { jsonLines, pipeline } from '../support/cli.ts'

/** What a command prints on a terminal without colours. */
async function shown(args: readonly string[], colour = false): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', '']
  const code = await runProgram(args, {
    isTerminal: false,
    look: createLook({ colour, unicode: true }),
    columns: 80,
    rows: 24,
    print: (line) => void (out += `${line}\n`),
    note: (line) => void (err += `${line}\n`),
    write: (text) => void (out += text),
  })
  return { code, out, err }
}

test('explain prints the page of a type as plain text', async () => {
  const { code, out } = await shown(['explain', 'ShellCommandActivity'])
  expect(code).toBe(0)
  expect(out).toMatch(/^ShellCommandActivity\n\nRuns a command or a script/)
  expect(out).toContain('  command (text)\n      The command to run; $1, $2 are the values of scriptArgument.\n')
  expect(out).not.toContain('\u001b')
  expect(out).not.toMatch(/`|^\|/m)
})

test('explain paints only where the terminal has colours', async () => {
  expect((await shown(['explain', 'CSV'], true)).out).toContain('\u001b[1mCSV\u001b[0m')
})

test('explain prints one field alone', async () => {
  const { code, out } = await shown(['explain', 'ShellCommandActivity.stage'])
  expect(code).toBe(0)
  expect(out).toMatch(/^ShellCommandActivity\n\nFields\n\n {2}stage \(true, false, false when absent\)\n {6}Give the command[^\n]*\n$/)
  expect(jsonLines((await shown(['explain', '--json', 'ShellCommandActivity.stage'])).out)).toMatchObject([
    { field: 'stage', kind: 'boolean' },
  ])
})

test('explain without a name lists the types by family', async () => {
  expect((await shown(['explain'])).out).toMatch(/^activity\n(?: {2}.*\n)* {2}CopyActivity: /m)
})

test.each([
  ['ShelCommandActivity', 'Did you mean "ShellCommandActivity"?'],
  ['ShellCommandActivity.comand', 'Did you mean "command"?'],
  ['ShellCommandActivity.constructor', 'has no field "constructor"'],
])('explain refuses %s with a way out', async (name, hint) => {
  const { code, err } = await shown(['explain', name])
  expect(code).toBe(2)
  expect(err).toContain(hint)
})

test('schema prints the JSON Schema of the YAML form', async () => {
  const { code, out } = await shown(['schema'])
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ title: 'A Sluice pipeline', $defs: { CopyActivity: { type: 'object' } } })
})

test('graph draws a definition', async () => {
  const { code, out } = await shown(['graph', 'pipelines/examples/flights.yaml'])
  expect(code).toBe(0)
  expect(out).toMatch(/^flowchart LR\n/)
  expect(out).toMatch(/ {2}n\d+\[\("dayFile"\)\]/)
  expect(out).toMatch(/==>\|output\|/)
  expect((await shown(['graph', '--format', 'dot', 'pipelines/examples/flights.yaml'])).out).toMatch(/"dayFile" \[shape=cylinder\]/)
})

test('graph prints the mistakes of a definition instead', async () => {
  const { code, out, err } = await shown(['graph', pipeline('cycle')])
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toContain('error CYCLE')
})

test('an id is never read as part of a drawing', () => {
  const id = 'a"]; b[x]\n--> c\\'
  const graph = {
    nodes: [{ id, type: 'CSV', family: 'activity' as const }],
    edges: [{ from: id, to: id, kind: 'dependsOn' as const }],
  }
  expect(drawMermaid(graph)).toBe('flowchart LR\n  n0["a#34;#93;#59; b#91;x#93;#10;--#62; c#92;"]\n  n0 -->|dependsOn| n0')
  expect(drawDot(graph).split('\n')[2]).toBe('  "a\\"]; b[x]\\n--> c\\\\" [shape=box]')
})

test('validate --format github prints an annotation for each mistake of every file', async () => {
  const { code, out } = await shown(['validate', '--format', 'github', pipeline('bad-date'), pipeline('cycle')])
  expect(code).toBe(2)
  expect(out).toMatch(new RegExp(`^::error file=${pipeline('bad-date')},line=3,col=38,.*title=BAD_DATE::`))
  expect(out).toMatch(new RegExp(`\n::error file=${pipeline('cycle')},line=4,col=68,.*title=CYCLE::`))
})

test('what would end an annotation is escaped', () => {
  const range = { file: 'x', line: 1, column: 2, endLine: 1, endColumn: 4 }
  expect(githubAnnotation('a,b:c%\n', { severity: 'warning', code: 'BAD_VALUE', range, message: '100%\r\n::error::', hint: 'h' })).toBe(
    '::warning file=a%2Cb%3Ac%25%0A,line=1,col=2,endLine=1,endColumn=3,title=BAD_VALUE::100%25%0D%0A::error::%0Ah',
  )
})
