import { createCatalog, type Catalog } from '../../engine/spec/catalog.ts'
import { defineActivity } from '../../engine/spec/index.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'

/** Does nothing: what remains is what the engine itself costs. */
const noop = defineActivity({
  type: 'NoopActivity',
  summary: 'Does nothing.',
  source: 'benchmarks',
  fields: {},
  example: '{ id: Noop, type: NoopActivity }',
  run: async () => {},
})

/** Every type of the product, and a NoopActivity. */
export async function catalogWithNoop(): Promise<Catalog> {
  const { types } = await loadCatalog()
  return createCatalog([...types.values(), noop])
}
