import { once } from 'node:events'
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net'
import { frontendSyncs, readyAnswers } from './postgres-messages.ts'

/** Where an answer is lost: `request` never reaches the server; `answer` was carried out, but the client never hears of it. */
export type CutAt = 'request' | 'answer'

/** A door to a server through which everything passes until it is told to fail. */
export interface FaultProxy extends AsyncDisposable {
  readonly port: number
  /** `postgresql://` of a database behind it. */
  url(database: string, user: string): string
  /** Ends every connection that is open. */
  cut(): void
  /** No connection is accepted any more, until `heal`. */
  refuse(): void
  /** Nothing passes, in the named directions, and nothing is refused: bytes are held back until `heal`. */
  stall(directions?: readonly ('toServer' | 'toClient')[]): void
  /** Each chunk takes this much longer, each way. */
  delay(ms: number): void
  heal(): void
  /** Cuts one connection at the `n`-th unit of work from now, which with PostgreSQL is a commit: all our statements commit by themselves. Resolves
   *  once it has cut. */
  cutAtCommit(n: number, at: CutAt): Promise<void>
  /** Commits that passed since the proxy was made. */
  readonly commits: number
  /** Connections that are open. */
  readonly open: number
}

interface Link {
  readonly client: Socket
  readonly server: Socket
  /** Cut when the next answer comes, which is swallowed. */
  swallow: boolean
}

/** Stands on a free loopback port before a Unix socket or a TCP port. */
export async function faultProxy(target: string | { readonly port: number }): Promise<FaultProxy> {
  const links = new Set<Link>()
  const stalled = new Set<'toServer' | 'toClient'>()
  let delayMs = 0
  let refusing = false
  let commits = 0
  let planned: { left: number; readonly at: CutAt; readonly done: () => void } | undefined

  const end = (link: Link): void => {
    links.delete(link)
    link.client.destroy()
    link.server.destroy()
  }
  const door = createServer((client) => {
    if (refusing) return void client.destroy()
    const server = typeof target === 'string' ? createConnection(target) : createConnection({ ...target, host: '127.0.0.1' })
    const link: Link = { client, server, swallow: false }
    links.add(link)
    const syncs = frontendSyncs()
    const answers = readyAnswers()
    carry(client, server, 'toServer', (chunk) => {
      const count = syncs(chunk)
      commits += count
      if (!planned || count === 0 || (planned.left -= count) > 0) return true
      const { at, done } = planned
      planned = undefined
      if (at === 'answer') link.swallow = true
      else end(link)
      done()
      return at === 'answer'
    })
    carry(server, client, 'toClient', (chunk) => {
      if (!link.swallow) return true
      if (answers(chunk) > 0) end(link)
      return false
    })
    for (const socket of [client, server]) {
      socket.on('error', () => end(link))
      socket.on('close', () => end(link))
    }
  })

  const held: (() => void)[] = []
  function carry(from: Socket, to: Socket, direction: 'toServer' | 'toClient', may: (chunk: Buffer) => boolean): void {
    // In order, also when some chunks wait longer than others.
    let before: Promise<void> = Promise.resolve()
    from.on('data', (chunk) => {
      if (!may(chunk)) return
      const waits = stalled.has(direction) ? new Promise<void>((resolve) => held.push(resolve)) : pause(delayMs)
      before = Promise.all([before, waits]).then(() => void (to.destroyed || to.write(chunk)))
    })
  }

  door.listen(0, '127.0.0.1')
  await once(door, 'listening')
  const { port } = door.address() as AddressInfo
  const cut = (): void => [...links].forEach(end)
  return {
    port,
    url: (database, user) => `postgresql://${user}@127.0.0.1:${port}/${database}`,
    cut,
    refuse: () => void (refusing = true),
    stall: (directions = ['toServer', 'toClient']) => directions.forEach((direction) => stalled.add(direction)),
    delay: (ms) => void (delayMs = ms),
    heal() {
      refusing = false
      delayMs = 0
      stalled.clear()
      for (const go of held.splice(0)) go()
    },
    cutAtCommit(n, at) {
      const { promise, resolve } = Promise.withResolvers<void>()
      planned = { left: n, at, done: resolve }
      return promise
    },
    get commits() {
      return commits
    },
    get open() {
      return links.size
    },
    async [Symbol.asyncDispose]() {
      cut()
      for (const go of held.splice(0)) go()
      door.close()
      await once(door, 'close')
    },
  }
}

function pause(ms: number): Promise<void> {
  return ms === 0 ? Promise.resolve() : new Promise((resolve) => void setTimeout(resolve, ms))
}
