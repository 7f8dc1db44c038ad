import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const main = join(root, 'engine/cli/main.ts')

/** A file of test/fixtures/pipelines, as a path from the root, where the command line runs. */
export const pipeline = (name: string): string => `test/fixtures/pipelines/${name}.yaml`

/** What a command showed and how it ended. */
export interface CliResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface CliOptions {
  readonly home: string
  /** Variables besides the few that a shell has. */
  readonly env?: Readonly<Record<string, string>>
}

/** Runs `sluice` to its end. */
export function sluice(args: readonly string[], options: CliOptions): Promise<CliResult> {
  return startSluice(args, options).ended
}

export interface RunningCli extends AsyncDisposable {
  readonly child: ChildProcessWithoutNullStreams
  readonly ended: Promise<CliResult>
  /** Resolves to everything printed so far, as soon as that matches; rejects when the command ends without it. */
  shows(pattern: RegExp): Promise<string>
}

/** Starts `sluice`; it is killed with its scope if it still runs. */
export function startSluice(args: readonly string[], { home, env = {} }: CliOptions): RunningCli {
  return observe(spawn(process.execPath, [main, ...args], { cwd: root, env: environment(home, env) }))
}

/** Runs `sluice` on a terminal of its own, which `script` (util-linux) makes. All it shows is in `stdout`. */
export function sluiceOnTerminal(args: readonly string[], { home, env = {} }: CliOptions): Promise<CliResult> {
  const command = [process.execPath, main, ...args].map((word) => `'${word}'`).join(' ')
  const terminal = { TERM: 'xterm', SHELL: '/bin/sh', ...env }
  return observe(spawn('script', ['-qec', command, '/dev/null'], { cwd: root, env: environment(home, terminal) })).ended
}

/** Starts `sluice` on a terminal of its own, 200 columns wide, where what is written to `child.stdin` is typed. */
export function startOnTerminal(args: readonly string[], { home, env = {} }: CliOptions): RunningCli {
  const command = ['stty cols 200 rows 50; exec', process.execPath, main, ...args.map((word) => `'${word}'`)].join(' ')
  const terminal = { TERM: 'xterm', SHELL: '/bin/sh', ...env }
  return observe(spawn('script', ['-qec', command, '/dev/null'], { cwd: root, env: environment(home, terminal) }))
}

function environment(home: string, more: Readonly<Record<string, string>>): Record<string, string> {
  // The fixtures begin long ago, so that they are due.
  return { PATH: process.env['PATH'] ?? '', HOME: home, LANG: 'C.UTF-8', SLUICE_HOME: home, SLUICE_BACKFILL_GUARD: 'off', ...more }
}

function observe(child: ChildProcessWithoutNullStreams): RunningCli {
  let [stdout, stderr] = ['', '']
  const watchers = new Set<() => void>()
  const heard = (): void => watchers.forEach((watcher) => watcher())
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    heard()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    heard()
  })
  const ended = new Promise<CliResult>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
  return {
    child,
    ended,
    shows(pattern) {
      const { promise, resolve, reject } = Promise.withResolvers<string>()
      const look = (): void => {
        if (pattern.test(stdout + stderr)) resolve(stdout + stderr)
      }
      watchers.add(look)
      look()
      void ended.then(() => reject(new Error(`It ended without showing ${pattern}:\n${stdout}${stderr}`)))
      return promise.finally(() => watchers.delete(look))
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) child.kill('SIGKILL')
      await ended
    },
  }
}

/** The objects of an output of one JSON object a line. */
export function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}
