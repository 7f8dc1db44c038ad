import { parentPort, workerData } from 'node:worker_threads'
import { killMarked, signalGroup } from '../process/kill.ts'
import { realTimers } from '../timers.ts'
import { LeaseWatch } from './lease-watch.ts'
import type { FromThread, LeaseRenewalModule, ToThread } from './renewal.ts'

/** What the main thread gives this one. */
export interface HeartbeatData {
  /** URL of a module that exports `openLeaseRenewal`. */
  readonly module: string
  readonly config: unknown
  /** One number: the newest ping that the main loop has answered. */
  readonly answered: SharedArrayBuffer
}

if (!parentPort) throw new Error('The heartbeat runs in a thread of its own.')
const port = parentPort
const { module, config, answered } = workerData as HeartbeatData
const answers = new Int32Array(answered)
let pings = 0
let lastPingMs = 0

const { openLeaseRenewal } = (await import(module)) as LeaseRenewalModule
const renewal = await openLeaseRenewal(config)
const watch = new LeaseWatch({
  renewal,
  timers: realTimers,
  probeMainLoop,
  report: (attemptId, verdict, because) => send({ type: 'verdict', attemptId, verdict, because }),
  kill(group, mark) {
    signalGroup(group, 'SIGKILL')
    killMarked(mark)
  },
})
port.on('message', receive)

function receive(message: ToThread): void {
  switch (message.type) {
    case 'watch':
      return watch.watch(message.attempt)
    case 'progress':
      return watch.progress(message.attemptId, message.progress)
    case 'child':
      return watch.child(message.attemptId, message.group, message.mark)
    case 'childGone':
      return watch.childGone(message.attemptId, message.group)
    case 'forget':
      return watch.forget(message.attemptId)
    case 'beat':
      return watch.beatNow()
    case 'close':
      void Promise.resolve(renewal.close()).finally(() => port.close())
  }
}

/** One ping is under way at a time; how long it has been is how long the main loop has been silent. */
function probeMainLoop(): number {
  const now = realTimers.now()
  if (Atomics.load(answers, 0) < pings) return now - lastPingMs
  lastPingMs = now
  send({ type: 'ping', count: ++pings })
  return 0
}

function send(message: FromThread): void {
  port.postMessage(message)
}
