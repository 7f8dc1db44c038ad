/** `npm run bench -- chain fanout cold copy [--pairs N] [--shorter N]`: measures the named workloads, all of them when none is named. */
import { readdirSync } from 'node:fs'
import { parseArgs } from 'node:util'

/** What a workload is told. It measures at least `pairs` interleaved pairs and prints its results. */
export interface BenchOptions {
  readonly pairs: number
  /** What lasts minutes lasts this many times shorter: for a look, not for a figure to publish. */
  readonly shorter: number
}

interface Workload {
  run(options: BenchOptions): Promise<void>
}

const known = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.ts') && name !== 'run.ts')
  .map((name) => name.slice(0, -'.ts'.length))

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { pairs: { type: 'string', default: '7' }, shorter: { type: 'string', default: '1' } },
})
const pairs = Number(values.pairs)
const shorter = Number(values.shorter)
const unknown = positionals.filter((name) => !known.includes(name))

if (unknown.length > 0) refuse(`There is no workload ${unknown.join(', ')}; there are ${known.join(', ')}.`)
else if (!Number.isInteger(pairs) || pairs < 1) refuse(`--pairs must be a whole number from 1, but is ${values.pairs}.`)
else if (!(shorter >= 1)) refuse(`--shorter must be a number from 1, but is ${values.shorter}.`)
else await measure(positionals.length > 0 ? positionals : known)

async function measure(names: readonly string[]): Promise<void> {
  for (const name of names) {
    console.log(`\n# ${name}`)
    const { run } = (await import(new URL(`${name}.ts`, import.meta.url).href)) as Workload
    await run({ pairs, shorter })
  }
}

function refuse(sentence: string): void {
  console.error(sentence)
  process.exitCode = 2
}
