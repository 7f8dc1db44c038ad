import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { EnginePart } from '../../engine/app.ts'

/** A server or a worker in a process of its own. */
export interface PartProcess extends AsyncDisposable {
  readonly pid: number
  /** Ends it without warning; resolves when it is gone. */
  kill(): Promise<void>
}

/** Starts it and resolves once it is up. Its troubles are printed; the end of a connection is none. */
export async function startPart(part: EnginePart, environment: Readonly<Record<string, string>>): Promise<PartProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'part-process.ts'), part], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [unknown]
  if (!Buffer.isBuffer(line)) throw new Error(`The ${part} ended before it was up.`)
  return {
    pid: child.pid ?? 0,
    kill: () => end(child, 'SIGKILL'),
    [Symbol.asyncDispose]: () => end(child, 'SIGTERM'),
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}
