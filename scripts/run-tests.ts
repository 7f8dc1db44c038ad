/** Runs vitest and ends with one line, `N passed, N failed, N skipped`. Arguments go to vitest.
 *  Fails when a test failed, when none ran, and when a process that the tests started still lives afterwards. */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { leftoverProcesses, runMarker, type LeftoverProcess } from './leftover-processes.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-tests-'))
const reportFile = join(folder, 'report.json')
const marker = randomUUID()

const { code, session } = await vitest(process.argv.slice(2))
const leftover = await endedWithin(5000, () => leftoverProcesses({ marker, session }))
endLeftover(leftover)
const counts = readCounts()
rmSync(folder, { recursive: true })

if (counts.passed + counts.failed === 0) console.error('No test ran.')
process.exitCode = code !== 0 || counts.failed > 0 || counts.passed === 0 || leftover.length > 0 ? code || 1 : 0
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)

/** Runs vitest as the leader of a session of its own, so that what it starts can be told from everything else. */
function vitest(args: string[]): Promise<{ code: number; session: number }> {
  const program = join(import.meta.dirname, '..', 'node_modules', 'vitest', 'vitest.mjs')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`]
  const child = spawn(process.execPath, [program, 'run', ...reporters, ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, [runMarker]: marker },
    detached: true,
  })
  const stop = (signal: NodeJS.Signals) => child.kill(signal)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  const { promise, resolve, reject } = Promise.withResolvers<{ code: number; session: number }>()
  child.on('error', reject)
  child.on('exit', (status, signal) => {
    resolve({ code: status ?? 128 + constants.signals[signal ?? 'SIGKILL'], session: child.pid ?? 0 })
  })
  return promise
}

/** What is left after at most `milliseconds`: a server may need a moment to stop after its parent. */
async function endedWithin(milliseconds: number, list: () => LeftoverProcess[]): Promise<LeftoverProcess[]> {
  for (const end = Date.now() + milliseconds; Date.now() < end && list().length > 0;) await delay(50)
  return list()
}

function endLeftover(processes: LeftoverProcess[]): void {
  for (const { pid, command } of processes) {
    console.error(`A test left process ${pid} running, ended now: ${command}`)
    process.kill(pid, 'SIGKILL')
  }
}

interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** Numbers of tests; a file that could not even be loaded counts as one failed test. */
function readCounts(): Counts {
  try {
    const report = JSON.parse(readFileSync(reportFile, 'utf8')) as Report
    const notLoaded = report.testResults.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0)
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests + notLoaded.length,
      skipped: report.numPendingTests + report.numTodoTests,
    }
  } catch {
    console.error('vitest wrote no report.')
    return { passed: 0, failed: 0, skipped: 0 }
  }
}

/** What is used of vitest's JSON report. */
interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[]
}
