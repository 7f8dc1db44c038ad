/** `npm run faults -- [F12 F34 ...]`: the fault tests at full length, all of them when none is named: more kills, more rounds, longer pauses
 *  than the slice that `npm test` runs. */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const root = join(import.meta.dirname, '..')
const { positionals } = parseArgs({ allowPositionals: true })
const known = readdirSync(join(root, 'test/faults')).filter((name) => /^F.*[.]test[.]ts$/.test(name))
const wanted = positionals.length === 0 ? known : known.filter((name) => positionals.some((row) => coversRow(name, row)))
const unknown = positionals.filter((row) => !known.some((name) => coversRow(name, row)))

if (unknown.length > 0) {
  console.error(`There is no test of ${unknown.join(', ')}; there are ${known.map((name) => name.replace('.test.ts', '')).join(', ')}.`)
  process.exitCode = 2
} else {
  const files = wanted.map((name) => join('test/faults', name))
  const args = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--testTimeout=3600000', '--no-file-parallelism', ...files]
  const env = { ...process.env, SLUICE_FAULTS: 'campaign' }
  process.exitCode = spawnSync(process.execPath, args, { cwd: root, env, stdio: 'inherit' }).status ?? 1
}

/** A file is named after the rows it shows: `F12-cut-at-commit`, `F1-F3-queue-lost`. */
function coversRow(name: string, row: string): boolean {
  const rows = name.split('-').filter((part) => /^F\d+$/.test(part))
  return rows.includes(row) || name === `${row}.test.ts`
}
