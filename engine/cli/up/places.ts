import type { Engine } from '../../app.ts'
import { ownerOf } from '../../store/embedded/owner.ts'
import type { Settings } from '../../support/settings.ts'

/** Where the data is and what carries it, in words. */
export interface Places {
  readonly home: string
  readonly database: string
  readonly queue: string
}

export async function placesOf({ embedded }: Pick<Engine, 'embedded'>, { home, databaseUrl, redisUrl }: Settings): Promise<Places> {
  const queue = redisUrl === undefined ? 'BullMQ on the same PostgreSQL' : `BullMQ on Redis at ${hostOf(redisUrl)}`
  if (!embedded) return { home, database: `PostgreSQL at ${hostOf(databaseUrl ?? '')}`, queue }
  const owner = embedded.owned ? undefined : await ownerOf(home)
  const shared = embedded.owned
    ? ''
    : `, shared: the process ${owner ?? 'that started it'} owns it, and it is started anew when that one ends`
  return { home, database: `embedded PostgreSQL (process ${embedded.pid})${shared}`, queue }
}

/** Host, port and path: a URL may hold a password, in its front or its query. */
function hostOf(url: string): string {
  return URL.canParse(url) ? `${new URL(url).host}${new URL(url).pathname.replace(/\/$/, '')}` : 'the place that the environment names'
}
