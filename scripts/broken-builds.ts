/** `npm run broken-builds -- [F12 ...]`: takes each mechanism out in a copy of the source, one at a time, and runs the test that must then fail. A build
 *  whose test passes all the same is told, and fails the run: either the test or the mechanism shows nothing. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrokenBuild } from '../test/faults/broken-builds/broken-build.ts'
import { brokenBuilds } from '../test/faults/broken-builds/index.ts'

const root = join(import.meta.dirname, '..')
const rows = process.argv.slice(2)
const chosen = brokenBuilds.filter(({ row }) => rows.length === 0 || rows.includes(row))
if (chosen.length === 0) {
  console.error(
    `No broken build is of ${rows.join(', ')}; there are some of ${[...new Set(brokenBuilds.map(({ row }) => row))].join(', ')}.`,
  )
  process.exit(2)
}

const copy = mkdtempSync(join(tmpdir(), 'sluice-broken-'))
try {
  const skipped = new Set(['node_modules', '.git', 'dist'])
  cpSync(root, copy, { recursive: true, filter: (path) => !skipped.has(path.slice(root.length + 1).split('/')[0] ?? '') })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  const survived = chosen.filter((build) => !isNoticed(build))
  console.log(`${chosen.length - survived.length} of ${chosen.length} broken builds were noticed.`)
  for (const { row, mechanism, fails } of survived) console.log(`NOT noticed: ${row} without ${mechanism}; “${fails}” passes`)
  process.exitCode = survived.length === 0 ? 0 : 1
} finally {
  rmSync(copy, { recursive: true })
}

/** Whether the named test, and not merely something, fails on the broken build. */
function isNoticed({ row, mechanism, file, find, replace, test, fails }: BrokenBuild): boolean {
  const path = join(copy, file)
  const whole = readFileSync(path, 'utf8')
  if (whole.split(find).length !== 2) throw new Error(`${file} does not hold this exactly once: ${find}`)
  writeFileSync(
    path,
    whole.replace(find, () => replace),
  )
  const report = join(copy, 'report.json')
  rmSync(report, { force: true })
  const args = [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    test,
    '-t',
    escaped(fails),
    '--reporter=json',
    `--outputFile=${report}`,
  ]
  spawnSync(process.execPath, args, { cwd: copy, stdio: 'ignore' })
  writeFileSync(path, whole)
  const noticed = failedIn(report).some((title) => title.startsWith(fails))
  console.log(`${noticed ? 'noticed ' : 'SURVIVED'} ${row} without ${mechanism}`)
  return noticed
}

interface Report {
  readonly testResults: readonly { readonly assertionResults: readonly { readonly title: string; readonly status: string }[] }[]
}

function failedIn(report: string): readonly string[] {
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report
  return testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed').map(({ title }) => title),
  )
}

function escaped(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&')
}
