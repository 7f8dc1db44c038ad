import { setTimeout as delay } from 'node:timers/promises'
import type { EmbeddedServer } from './embedded.ts'

/** Has the server started again whenever it ends by itself, for as long as it takes. Pools find it at the same socket.
 *  `tell` hears a sentence when it ends and for each start that fails. */
export function keepUp(server: EmbeddedServer, tell: (sentence: string) => void): void {
  server.onLost(() => {
    tell('The embedded PostgreSQL has ended; starting it again.')
    void revive(server, tell)
  })
}

async function revive(server: EmbeddedServer, tell: (sentence: string) => void): Promise<void> {
  for (let failures = 0; ; failures++) {
    try {
      await server.revive()
      return
    } catch (error) {
      tell(`The embedded PostgreSQL could not be started again: ${error instanceof Error ? error.message : String(error)}`)
      await delay(Math.min(30_000, 250 * 2 ** failures), undefined, { ref: false })
    }
  }
}
