import { createConnection, createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import type { EmbeddedConnection } from '../../engine/store/embedded/embedded.ts'

/** A port on the loopback that leads to a PostgreSQL on a Unix socket, for what takes only a host and a port. */
export async function tcpDoor({ host, port }: EmbeddedConnection): Promise<Disposable & { readonly port: number }> {
  const server = createServer((outer) => {
    const inner = createConnection(`${host}/.s.PGSQL.${port}`)
    for (const [from, to] of [
      [outer, inner],
      [inner, outer],
    ] as const) {
      from.pipe(to)
      from.on('error', () => to.destroy()) // one end was killed; the other hears of it
      from.on('close', () => to.destroy())
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, [Symbol.dispose]: () => void server.close() }
}
