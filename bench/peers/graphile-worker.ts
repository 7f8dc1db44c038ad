import { loadPeer, timed, type Peer, type PeerDriver } from '../lib/peer.ts'

interface GraphileWorker {
  run(options: {
    connectionString: string
    concurrency: number
    noHandleSignals: boolean
    logger: unknown
    taskList: Record<string, (payload: { left: number }, helpers: { addJob: AddHop }) => Promise<void>>
  }): Promise<{ stop(): Promise<void>; addJob: AddHop }>
  Logger: new (factory: () => () => void) => unknown
}

type AddHop = (task: 'hop', payload: { left: number }) => Promise<unknown>

/** Each job adds the next before it ends. LISTEN wakes the worker, as is its default. */
export const graphileWorker: PeerDriver = { name: 'graphile-worker 0.18.0', open }

async function open(databaseUrl: string): Promise<Peer> {
  const { run, Logger } = await loadPeer<GraphileWorker>('graphile-worker')
  let finish = (): void => {}
  const runner = await run({
    connectionString: databaseUrl,
    concurrency: 1,
    noHandleSignals: true,
    logger: new Logger(() => () => {}),
    taskList: {
      async hop({ left }, { addJob }) {
        if (left > 1) await addJob('hop', { left: left - 1 })
        else finish()
      },
    },
  })
  return {
    chain: (length) =>
      timed(async () => {
        const finished = new Promise<void>((resolve) => (finish = resolve))
        await runner.addJob('hop', { left: length })
        await finished
      }),
    [Symbol.asyncDispose]: () => runner.stop(),
  }
}
