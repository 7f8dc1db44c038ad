import { openStoreOf } from '../../app.ts'
import type { Store } from '../../store/open-store.ts'
import { readSettings, type Settings } from '../../support/settings.ts'
import type { Terminal } from '../terminal.ts'

/** Opens the store of the environment for one question: beside a running `sluice up` it shares that one's server, else it starts one for
 *  as long as the question takes. */
export async function withStore<Answer>(
  home: string | undefined,
  { note }: Pick<Terminal, 'note'>,
  ask: (store: Store, settings: Settings) => Promise<Answer>,
): Promise<Answer> {
  const settings = readSettings(process.env, { home })
  const { store, close } = await openStoreOf(settings, note)
  try {
    return await ask(store, settings)
  } finally {
    await close()
  }
}
