import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'

/** A port on the loopback that leads to a Unix socket and counts what is sent there. */
export interface ByteDoor extends AsyncDisposable {
  readonly port: number
  /** Lets the next `bytes` bytes pass and no more; resolves when they have. */
  stopAfter(bytes: number): Promise<void>
  /** Connections that were stopped are ended, and everything passes again. */
  open(): void
}

export async function byteDoor(socket: string): Promise<ByteDoor> {
  let left = Infinity
  let reached = (): void => {}
  const [open, stopped] = [new Set<Socket>(), new Set<Socket>()]
  const server = createServer((client) => {
    const inner = createConnection(socket)
    client.on('data', (chunk) => {
      if (left >= chunk.length) inner.write(chunk)
      else stop(client, inner, chunk)
      left = Math.max(0, left - chunk.length)
    })
    inner.pipe(client)
    for (const [one, other] of [
      [client, inner],
      [inner, client],
    ] as const) {
      open.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => (other.destroy(), open.delete(one)))
    }
  })
  function stop(client: Socket, inner: Socket, chunk: Buffer): void {
    inner.write(chunk.subarray(0, left))
    client.pause()
    stopped.add(client)
    reached()
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    stopAfter(bytes) {
      const { promise, resolve } = Promise.withResolvers<void>()
      left = bytes
      reached = resolve
      return promise
    },
    open() {
      left = Infinity
      for (const client of stopped) client.destroy()
      stopped.clear()
    },
    async [Symbol.asyncDispose]() {
      for (const each of open) each.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
