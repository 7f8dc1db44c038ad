import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { checkDefinition } from '../engine/definition/compile.ts'
import { readDefinition } from '../engine/definition/read-definition.ts'
import { loadCatalog } from '../engine/spec/load-catalog.ts'
import { interleave, type Contestant } from './lib/interleave.ts'
import { formatSpread, spread } from './lib/stats.ts'
import { printComparison } from './lib/report.ts'

const catalog = await loadCatalog()

/** Reading and checking definitions: 1,000 objects in a warm process (goal 50 ms), 20,000 in a new one (goals 1.5 s, 300 MB). Beside it is
 *  what reads the same text into plain values and knows no places: JSON.parse, and the `yaml` library. */
export async function run({ pairs }: { readonly pairs: number }): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
  try {
    for (const form of ['json', 'yaml'] as const) {
      const text = definitionText(form, 1_000)
      const peer: Contestant = { name: form === 'json' ? 'JSON.parse' : 'yaml.parse', measure: () => timed(() => parseAs[form](text)) }
      const ours: Contestant = { name: 'ours', measure: () => timed(() => validate(text)) }
      for (let time = 0; time < 30; time++) await ours.measure()
      printComparison(`1,000 objects, ${form}, goal 50 ms`, await interleave(ours, [peer], { pairs, floor: hashMs }))
      newProcess(join(folder, `large.${form}`), definitionText(form, 20_000), pairs)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const parseAs = { json: JSON.parse, yaml: (text: string): unknown => parse(text, { uniqueKeys: false }) }

function validate(text: string): void {
  const { definition, form, diagnostics } = readDefinition(text, 'x')
  const found = definition ? checkDefinition(definition, catalog, { form, purpose: 'reading' }) : diagnostics
  if (found.length > 0) throw new Error(`The definition of the benchmark is not clean: ${found[0]?.message}`)
}

async function timed(act: () => void): Promise<number> {
  const start = performance.now()
  act()
  return performance.now() - start
}

/** Reading and checking alone, without the start of the process; its memory is the process's highest. */
function newProcess(file: string, text: string, times: number): void {
  writeFileSync(file, text)
  const results = Array.from({ length: times }, () => {
    const { stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), file], { encoding: 'utf8' })
    if (stdout === '') throw new Error(stderr)
    return JSON.parse(stdout) as { ms: number; megabytes: number }
  })
  const [ms, megabytes] = [spread(results.map((result) => result.ms)), spread(results.map((result) => result.megabytes))]
  console.log(`20,000 objects, ${file.endsWith('json') ? 'json' : 'yaml'}, new process, goals 1500 ms and 300 MB:`)
  console.log(`  ${formatSpread(ms, 0)} ms, ${formatSpread(megabytes, 0)} MB`)
}

async function measureFile(file: string): Promise<void> {
  const text = readFileSync(file, 'utf8')
  const ms = await timed(() => validate(text))
  console.log(JSON.stringify({ ms, megabytes: process.resourceUsage().maxRSS / 1024 }))
}

/** A chain of commands, each with a folder of its own that an expression dates. */
function definitionText(form: 'json' | 'yaml', objects: number): string {
  const pairsOfObjects = Array.from({ length: (objects - 2) / 2 }, (_, at) => at)
  const path = (at: number): string => `s3://bucket/#{format(@scheduledStartTime,'YYYY-MM-dd')}/${at}`
  const command = (at: number): string => `echo "#{output.directoryPath}" ${at}`
  if (form === 'yaml') {
    const nodes = pairsOfObjects.map((at) => `  N${at}:\n    type: S3DataNode\n    directoryPath: "${path(at)}"`)
    const works = pairsOfObjects.map((at) => {
      const after = at > 0 ? `\n    dependsOn: A${at - 1}` : ''
      return `  A${at}:\n    type: ShellCommandActivity\n    command: '${command(at)}'\n    output: N${at}\n    workerGroup: g${after}`
    })
    const head = 'sluice: 1\ndefaults:\n  schedule: S\nschedules:\n  S: { period: 1 day, startDateTime: 2026-01-01T00:00:00 }\n'
    return `${head}dataNodes:\n${nodes.join('\n')}\nactivities:\n${works.join('\n')}\n`
  }
  const head = [
    { id: 'Default', name: 'Default', schedule: { ref: 'S' }, pipelineLogUri: 's3://logs/x' },
    { id: 'S', name: 'S', type: 'Schedule', period: '1 day', startDateTime: '2026-01-01T00:00:00' },
  ]
  const works = pairsOfObjects.flatMap((at) => [
    { id: `N${at}`, name: `N${at}`, type: 'S3DataNode', directoryPath: path(at) },
    {
      id: `A${at}`,
      name: `A${at}`,
      type: 'ShellCommandActivity',
      command: command(at),
      output: { ref: `N${at}` },
      workerGroup: 'g',
      ...(at > 0 ? { dependsOn: { ref: `A${at - 1}` } } : {}),
    },
  ])
  return JSON.stringify({ objects: [...head, ...works] }, undefined, 1)
}

/** A fixed amount of native work: tells whether the machine was quiet. */
const block = Buffer.alloc(8 * 1024 * 1024)

async function hashMs(): Promise<number> {
  return timed(() => createHash('sha256').update(block).digest())
}

const [, script, file] = process.argv
if (script === fileURLToPath(import.meta.url) && file !== undefined) await measureFile(file)
