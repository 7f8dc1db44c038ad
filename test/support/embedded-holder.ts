import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { EmbeddedConnection, EmbeddedOptions } from '../../engine/store/embedded/embedded.ts'

/** What another process says of the embedded server it has started. */
export interface HolderReport {
  readonly pid: number
  readonly owned: boolean
  readonly connection: EmbeddedConnection
  readonly error?: string
  readonly exitCode?: number
}

export interface Holder extends AsyncDisposable {
  readonly process: ChildProcess
  /** Its first line, once it is there. */
  readonly report: Promise<HolderReport>
  readonly ended: Promise<unknown>
}

const script = fileURLToPath(new URL('../fixtures/embedded-holder.ts', import.meta.url))

/** Another process that starts the embedded server on a home, as another user if `uid` is given. With `forget` it ends without stopping it. */
export function startHolder(home: string, { uid, ...options }: EmbeddedOptions & { uid?: number; forget?: boolean } = {}): Holder {
  const command = [script, home, JSON.stringify(options)]
  const stdio: ['pipe', 'pipe', 'inherit'] = ['pipe', 'pipe', 'inherit']
  const child =
    uid === undefined
      ? spawn(process.execPath, command, { stdio })
      : spawn('setpriv', [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--', process.execPath, ...command], { stdio })
  const ended = once(child, 'exit')
  const report = firstLine(child)
  report.catch(() => {}) // a test that kills it early does not ask
  return {
    process: child,
    report,
    ended,
    async [Symbol.asyncDispose]() {
      child.stdin?.end()
      await ended
    },
  }
}

async function firstLine(child: ChildProcess): Promise<HolderReport> {
  if (child.stdout === null) throw new Error('The holder has no output')
  for await (const line of createInterface(child.stdout)) return JSON.parse(line) as HolderReport
  throw new Error('The holder ended without a report')
}
