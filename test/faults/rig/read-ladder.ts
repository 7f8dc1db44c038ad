/** A program: reads and compiles definitions that grow, up to so many tasks, and prints what it found of each. Its memory is capped by who starts it. */
import { compileDefinition } from '../../../engine/definition/compile.ts'
import { readDefinition } from '../../../engine/definition/read-definition.ts'
import { loadCatalog } from '../../../engine/spec/load-catalog.ts'

const top = Number(process.argv[2])
const catalog = await loadCatalog()

function read(size: string, text: string): void {
  const { definition, diagnostics } = readDefinition(text, 'ladder.yaml')
  const found = definition ? compileDefinition(definition, catalog).diagnostics : diagnostics
  console.log(JSON.stringify({ size, codes: [...new Set(found.map(({ code }) => code))] }))
}

/** Each waits for the `edges` before it. */
function tasks(count: number, edges: number): string {
  const lines = Array.from({ length: count }, (_, at) => {
    const needs = Array.from({ length: Math.min(at, edges) }, (__, back) => `t${at - back - 1}`)
    return `  t${at}: { type: ShellCommandActivity, command: ls, dependsOn: [${needs.join(', ')}] }`
  })
  return `defaults: { scheduleType: ondemand }\nactivities:\n${lines.join('\n')}\n`
}

for (let count = top / 100; count <= top; count *= 10) read(`${count} tasks, ${10 * count} edges`, tasks(count, 10))
read('2 million values', `activities:\n  t: { type: ShellCommandActivity, command: [${'a,'.repeat(2_100_000)} a] }\n`)
read('21 MiB', `name: a\n#${' '.repeat(21 * 1024 * 1024)}`)
