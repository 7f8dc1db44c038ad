import { createCatalog, type Catalog } from '../../engine/spec/catalog.ts'
import { setTimeout as delay } from 'node:timers/promises'
import { defineActivity, fields } from '../../engine/spec/index.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'

/** Does nothing, for as long as it is told to: what remains is what the engine itself costs. */
const noop = defineActivity({
  type: 'NoopActivity',
  summary: 'Does nothing.',
  source: 'benchmarks',
  fields: { pauseMs: fields.string('How long, in milliseconds.').default('0') },
  example: '{ id: Noop, type: NoopActivity }',
  async run({ pauseMs }) {
    if (pauseMs !== '0') await delay(Number(pauseMs))
  },
})

/** Every type of the product, and a NoopActivity. */
export async function catalogWithNoop(): Promise<Catalog> {
  const { types } = await loadCatalog()
  return createCatalog([...types.values(), noop])
}
