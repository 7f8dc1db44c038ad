import { loadPeer, timed, type Peer, type PeerDriver } from '../lib/peer.ts'

interface PgBossPackage {
  PgBoss: new (options: { connectionString: string; useListenNotify: boolean; supervise: boolean; schedule: boolean }) => PgBoss
}

interface PgBoss {
  on(event: 'error' | 'warning', listener: (problem: unknown) => void): void
  start(): Promise<unknown>
  stop(options: { graceful: boolean }): Promise<void>
  createQueue(name: string, options: { notify: boolean }): Promise<void>
  send(name: string, data: { left: number }): Promise<unknown>
  work(
    name: string,
    options: { pollingIntervalSeconds: number },
    handler: (jobs: { data: { left: number } }[]) => Promise<void>,
  ): Promise<unknown>
}

/** Each job sends the next before it ends. Given its fastest settings: woken by NOTIFY, and the shortest polling it allows (0.5 s). */
export const pgBoss: PeerDriver = { name: 'pg-boss 12.38.0', open }

async function open(databaseUrl: string): Promise<Peer> {
  const { PgBoss } = await loadPeer<PgBossPackage>('pg-boss')
  const boss = new PgBoss({ connectionString: databaseUrl, useListenNotify: true, supervise: false, schedule: false })
  boss.on('error', (problem) => console.error('pg-boss:', problem))
  await boss.start()
  await boss.createQueue('hop', { notify: true })
  let finish = (): void => {}
  await boss.work('hop', { pollingIntervalSeconds: 0.5 }, async (jobs) => {
    for (const { data } of jobs) {
      if (data.left > 1) await boss.send('hop', { left: data.left - 1 })
      else finish()
    }
  })
  return {
    chain: (length) =>
      timed(async () => {
        const finished = new Promise<void>((resolve) => (finish = resolve))
        await boss.send('hop', { left: length })
        await finished
      }),
    [Symbol.asyncDispose]: () => boss.stop({ graceful: true }),
  }
}
