import { once } from 'node:events'
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net'
import { frontendSyncs, readyAnswers } from './postgres-messages.ts'

/** Where an answer is lost: `request` never reaches the server; `answer` was carried out, but the client never hears of it. */
export type CutAt = 'request' | 'answer'

/** A door to a PostgreSQL through which everything passes until it is told to cut. */
export interface FaultProxy extends AsyncDisposable {
  /** Of a database behind it. */
  url(database: string, user: string): string
  /** Cuts one connection at the `n`-th unit of work from now: a commit, since all our statements commit by themselves. Resolves once it is
   *  decided which; with `answer` the connection ends when the server has answered. */
  cutAtCommit(n: number, at: CutAt): Promise<void>
}

/** Two sockets that carry to each other. */
interface Link {
  readonly client: Socket
  readonly server: Socket
  /** Ends when the next answer comes, which is swallowed. */
  swallow: boolean
}

/** Stands on a free loopback port before a Unix socket. */
export async function faultProxy(socket: string): Promise<FaultProxy> {
  const links = new Set<Link>()
  let planned: { left: number; readonly at: CutAt; readonly done: () => void } | undefined

  const end = (link: Link): void => {
    links.delete(link)
    link.client.destroy()
    link.server.destroy()
  }
  const toServer = (link: Link, chunk: Buffer, units: number): void => {
    if (planned && units > 0 && (planned.left -= units) <= 0) {
      const { at, done } = planned
      planned = undefined
      done()
      if (at === 'request') return end(link)
      link.swallow = true
    }
    link.server.write(chunk)
  }
  const toClient = (link: Link, chunk: Buffer, answers: number): void => {
    if (!link.swallow) link.client.write(chunk)
    else if (answers > 0) end(link)
  }

  const door = createServer((client) => {
    const link: Link = { client, server: createConnection(socket), swallow: false }
    links.add(link)
    const [units, answers] = [frontendSyncs(), readyAnswers()]
    client.on('data', (chunk) => toServer(link, chunk, units(chunk)))
    link.server.on('data', (chunk) => toClient(link, chunk, answers(chunk)))
    for (const either of [client, link.server]) {
      either.on('error', () => end(link))
      either.on('close', () => end(link))
    }
  })
  door.listen(0, '127.0.0.1')
  await once(door, 'listening')
  const { port } = door.address() as AddressInfo
  return {
    url: (database, user) => `postgresql://${user}@127.0.0.1:${port}/${database}`,
    cutAtCommit(n, at) {
      const { promise, resolve } = Promise.withResolvers<void>()
      planned = { left: n, at, done: resolve }
      return promise
    },
    async [Symbol.asyncDispose]() {
      for (const link of links) end(link)
      door.close()
      await once(door, 'close')
    },
  }
}
