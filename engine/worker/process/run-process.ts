import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { AttemptAborted } from '../attempt-aborted.ts'
import { realTimers, type Timers } from '../timers.ts'
import { killMarked, signalGroup } from './kill.ts'

export interface ProcessPlan {
  readonly command: string
  readonly args: readonly string[]
  readonly directory: string
  readonly environment: Readonly<Record<string, string>>
  /** The attempt's mark, which `environment` holds too. */
  readonly mark: string
  readonly signal: AbortSignal
  /** From SIGTERM to SIGKILL when the signal is aborted. */
  readonly killGraceMs: number
  readonly timers?: Timers
  stdout(chunk: Buffer): void
  stderr(chunk: Buffer): void
  /** Told of the process group as soon as there is one; the answer is called when nothing of it is left. */
  started(group: number): () => void
}

export interface ProcessEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** Runs one program in a session and process group of its own and resolves when it has ended and nothing that it started is left.
 *  Rejects when it cannot be started, and with the signal's reason when that was aborted. */
export async function runProcess(plan: ProcessPlan): Promise<ProcessEnd> {
  plan.signal.throwIfAborted()
  const child = await start(plan)
  const group = child.pid
  const gone = plan.started(group)
  const stopWatching = killOnAbort(group, plan)
  try {
    const end = await exit(child)
    signalGroup(group, 'SIGKILL')
    killMarked(plan.mark)
    await drained(child, plan.timers ?? realTimers)
    plan.signal.throwIfAborted()
    return end
  } finally {
    stopWatching()
    gone()
  }
}

/** Starts the child. A file just written may be held open by another child that is about to exec: then the start is repeated. */
async function start(plan: ProcessPlan, tries = 10): Promise<StartedProcess> {
  try {
    return await spawned(plan)
  } catch (error) {
    if (tries === 0 || !(error instanceof Error && 'code' in error && error.code === 'ETXTBSY')) throw error
    await new Promise((resolve) => setTimeout(resolve, 5))
    return start(plan, tries - 1)
  }
}

type StartedProcess = ChildProcess & { readonly pid: number }

function spawned(plan: ProcessPlan): Promise<StartedProcess> {
  const child = sacrificedFirst(() =>
    spawn(plan.command, plan.args, {
      cwd: plan.directory,
      env: plan.environment,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  )
  child.stdout?.on('data', plan.stdout)
  child.stderr?.on('data', plan.stderr)
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child as StartedProcess)) // once spawned it has a pid
    child.once('error', reject)
  })
}

function exit(child: ChildProcess): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve({ code: child.exitCode, signal: child.signalCode })
    else child.once('exit', (code, signal) => resolve({ code, signal }))
  })
}

/** When memory runs out the kernel takes the child, not its worker. It inherits that: written to it later, it could have started others by then. */
function sacrificedFirst<T>(spawnIt: () => T): T {
  const file = '/proc/self/oom_score_adj'
  const own = readOrNothing(file)
  if (own === undefined || !wrote(file, '800')) return spawnIt()
  try {
    return spawnIt()
  } finally {
    wrote(file, own)
  }
}

function readOrNothing(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1').trim()
  } catch {
    return undefined // not Linux
  }
}

function wrote(file: string, text: string): boolean {
  try {
    writeFileSync(file, text)
    return true
  } catch {
    return false // not permitted here
  }
}

function killOnAbort(group: number, { signal, killGraceMs, timers = realTimers }: ProcessPlan): () => void {
  let cancelKill = (): void => {}
  const onAbort = (): void => {
    const abrupt = signal.reason instanceof AttemptAborted && signal.reason.abrupt
    signalGroup(group, abrupt ? 'SIGKILL' : 'SIGTERM')
    if (!abrupt) cancelKill = timers.after(killGraceMs, () => signalGroup(group, 'SIGKILL'))
  }
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  return () => {
    signal.removeEventListener('abort', onAbort)
    cancelKill()
  }
}

/** Everything that could write is dead, so the pipes end at once; the time-out is for a process of another user that holds one. */
async function drained(child: ChildProcess, timers: Timers): Promise<void> {
  const pipes = [child.stdout, child.stderr].filter((pipe) => pipe !== null)
  const ends = pipes.map((pipe) => new Promise<void>((resolve) => (pipe.closed ? resolve() : pipe.once('close', () => resolve()))))
  const cancel = timers.after(2000, () => pipes.forEach((pipe) => pipe.destroy()))
  await Promise.all(ends)
  cancel()
}
