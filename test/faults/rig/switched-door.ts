import { once } from 'node:events'
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net'

/** A free loopback port that leads to one Unix socket, and to another when it is switched: the address that stays the same when a server takes over. */
export interface SwitchedDoor extends AsyncDisposable {
  readonly port: number
  /** Ends what is connected, and leads there from now on. */
  switchTo(socket: string): void
}

export async function switchedDoor(socket: string): Promise<SwitchedDoor> {
  let target = socket
  const open = new Set<Socket>()
  const door = createServer((outer) => {
    const inner = createConnection(target)
    for (const [from, to] of [
      [outer, inner],
      [inner, outer],
    ] as const) {
      open.add(from)
      from.pipe(to)
      from.on('error', () => to.destroy()) // one end was killed; the other hears of it
      from.on('close', () => {
        open.delete(from)
        to.destroy()
      })
    }
  })
  door.listen(0, '127.0.0.1')
  await once(door, 'listening')
  const cut = (): void => open.forEach((either) => either.destroy())
  return {
    port: (door.address() as AddressInfo).port,
    switchTo(other) {
      target = other
      cut()
    },
    async [Symbol.asyncDispose]() {
      cut()
      door.close()
      await once(door, 'close')
    },
  }
}
