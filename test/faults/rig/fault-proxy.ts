import { once } from 'node:events'
import { createConnection, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { frontendSyncs, readyAnswers } from './postgres-messages.ts'

/** Where an answer is lost: `request` never reaches the server; `answer` was carried out, but the client never hears of it. */
export type CutAt = 'request' | 'answer'

/** What does not pass: what clients send, what servers answer, or neither of the two. */
export type Stalled = 'requests' | 'answers' | 'both'

/** A door to a server through which everything passes until it is told otherwise. */
export interface FaultProxy extends AsyncDisposable {
  readonly port: number
  /** Of a PostgreSQL database behind it. */
  url(database: string, user: string): string
  /** Units of work that PostgreSQL's clients have asked for so far: a commit each, since nearly all our statements commit by themselves. */
  readonly commits: number
  /** Cuts one connection at the `n`-th unit of work from now, of all or of those whose statement, or its name, holds `text`. Resolves once it is
   *  decided which; with `answer` the connection ends when the server has answered. */
  cutAtCommit(n: number, at: CutAt, text?: string): Promise<void>
  /** Nothing passes any more, and nobody is told; connections are still accepted, and as silent. */
  stall(what?: Stalled): void
  /** What was held back passes, and all that follows. */
  resume(): void
  /** Ends every connection and accepts no other. */
  refuse(): Promise<void>
  /** Accepts connections again, on the same port. */
  accept(): Promise<void>
  /** From now on each piece takes this much longer, in each direction. */
  delay(ms: number): void
  /** New connections lead to another server. */
  leadTo(target: string | number): void
  /** Servers lose their side of every connection; the clients are not told, and wait. */
  halfOpen(): void
}

/** Two sockets that carry to each other. */
interface Link {
  readonly client: Socket
  readonly server: Socket
  /** Ends when the next answer comes, which is swallowed. */
  swallow: boolean
  /** The server's side is gone, which the client is not to notice. */
  half: boolean
}

/** Stands on a free loopback port before `target`, a Unix socket or a port of the loopback. Commits are counted only of PostgreSQL. */
export async function faultProxy(target: string | number, speaks: 'postgres' | 'anything' = 'postgres'): Promise<FaultProxy> {
  const links = new Set<Link>()
  let planned: { left: number; readonly at: CutAt; readonly text: string; readonly done: () => void } | undefined
  let [stalled, delayMs, commits]: [Stalled | undefined, number, number] = [undefined, 0, 0]

  const end = (link: Link): void => {
    links.delete(link)
    link.client.destroy()
    link.server.destroy()
  }
  const toServer = (link: Link, chunk: Buffer, units: number): void => {
    commits += units
    if (planned && units > 0 && chunk.includes(planned.text) && (planned.left -= units) <= 0) {
      const { at, done } = planned
      planned = undefined
      done()
      if (at === 'request') return end(link)
      link.swallow = true
    }
    if (!link.half) link.server.write(chunk)
  }
  const toClient = (link: Link, chunk: Buffer, answers: number): void => {
    if (!link.swallow) link.client.write(chunk)
    else if (answers > 0) end(link)
  }
  const hold = ({ client, server }: Link): void => {
    if (stalled !== 'answers') client.pause()
    if (stalled !== 'requests') server.pause()
  }

  const open = (client: Socket): void => {
    const link: Link = { client, server: connectTo(target), swallow: false, half: false }
    links.add(link)
    const [units, answers] = speaks === 'postgres' ? [frontendSyncs(), readyAnswers()] : [() => 0, () => 0]
    const [there, back] = [inOrder(), inOrder()]
    client.on('data', (chunk) => there(delayMs, () => toServer(link, chunk, units(chunk))))
    link.server.on('data', (chunk) => back(delayMs, () => toClient(link, chunk, answers(chunk))))
    for (const either of [client, link.server]) {
      either.on('error', () => {}) // 'close' follows
      either.on('close', () => (either === link.server && link.half) || end(link))
    }
    if (stalled) hold(link)
  }

  const door = createServer(open)
  const { port } = await listen(door, 0)
  return {
    port,
    url: (database, user) => `postgresql://${user}@127.0.0.1:${port}/${database}`,
    get commits() {
      return commits
    },
    cutAtCommit(n, at, text = '') {
      const { promise, resolve } = Promise.withResolvers<void>()
      planned = { left: n, at, text, done: resolve }
      return promise
    },
    stall(what = 'both') {
      stalled = what
      for (const link of links) hold(link)
    },
    resume() {
      stalled = undefined
      for (const { client, server } of links) for (const either of [client, server]) either.resume()
    },
    refuse: () => close(door, links, end),
    accept: async () => void (await listen(door, port)),
    delay: (ms) => void (delayMs = ms),
    leadTo: (other) => void (target = other),
    halfOpen() {
      for (const link of links) {
        link.half = true
        link.server.destroy()
      }
    },
    [Symbol.asyncDispose]: () => close(door, links, end),
  }
}

function connectTo(target: string | number): Socket {
  return typeof target === 'string' ? createConnection(target) : createConnection(target, '127.0.0.1')
}

async function listen(door: Server, port: number): Promise<AddressInfo> {
  door.listen(port, '127.0.0.1')
  await once(door, 'listening')
  return door.address() as AddressInfo
}

async function close(door: Server, links: ReadonlySet<Link>, end: (link: Link) => void): Promise<void> {
  const closed = door.listening ? once(door, 'close') : undefined
  if (closed) door.close()
  for (const link of links) end(link)
  await closed
}

/** Delivers in order, each after its delay; at once when there is none and nothing is on the way. */
function inOrder(): (ms: number, deliver: () => void) => void {
  let [before, onTheWay]: [Promise<void>, number] = [Promise.resolve(), 0]
  return (ms, deliver) => {
    if (ms === 0 && onTheWay === 0) return deliver()
    onTheWay++
    before = after(before, delay(ms), () => {
      onTheWay--
      deliver()
    })
  }
}

async function after(before: Promise<void>, due: Promise<void>, deliver: () => void): Promise<void> {
  await before
  await due
  deliver()
}
