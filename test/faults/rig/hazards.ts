import { closeSync, existsSync, openSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { createCatalog, type Catalog } from '../../../engine/spec/catalog.ts'
import { defineActivity, fields } from '../../../engine/spec/index.ts'
import { loadCatalog } from '../../../engine/spec/load-catalog.ts'

const source = 'for tests'

/** The shelves, and types that do to their worker, in the first attempt of an instance, what no type should. */
export async function hazardousCatalog(): Promise<Catalog> {
  const { types } = await loadCatalog()
  return createCatalog([...types.values(), busy, greedy, handles])
}

const busy = defineActivity({
  type: 'Busy',
  summary: 'Lets nothing else of its worker run until a file is there; then publishes its number.',
  source,
  example: '{ id: Wait, type: Busy, after: /tmp/a, until: /tmp/b, result: /tmp/c }',
  fields: {
    after: fields.string('A file that must be there before it begins.'),
    until: fields.string('The file it waits for.'),
    result: fields.string('Where it publishes.'),
  },

  async run({ after, until, result }, { instance, checkFence }) {
    const { attemptNumber } = instance
    if (attemptNumber === 1) {
      while (!existsSync(after)) await delay(5)
      while (!existsSync(until)) Math.random()
    }
    await checkFence()
    writeFileSync(result, String(attemptNumber), { flag: 'a' })
  },
})

const greedy = defineActivity({
  type: 'Greedy',
  summary: 'Takes all the memory of its worker.',
  source,
  example: '{ id: Take, type: Greedy, after: /tmp/a }',
  fields: { after: fields.string('A file that must be there before it begins.') },

  async run({ after }, { instance }) {
    if (instance.attemptNumber > 1) return
    while (!existsSync(after)) await delay(5)
    for (const taken: unknown[] = []; ;) taken.push(Array.from({ length: 1000 }, () => ({ n: Math.random() })))
  },
})

const handles = defineActivity({
  type: 'Handles',
  summary: 'Takes all the file handles of its worker until a file is there; then fails by that.',
  source,
  example: '{ id: Take, type: Handles, after: /tmp/a, full: /tmp/b, until: /tmp/c }',
  fields: {
    after: fields.string('A file that must be there before it begins.'),
    full: fields.string('A file that is there once it has had them for a while.'),
    until: fields.string('The file it waits for.'),
  },

  async run({ after, full, until }, { instance }) {
    if (instance.attemptNumber > 1) return
    while (!existsSync(after)) await delay(5)
    const spare = openSync('/dev/null', 'r')
    const taken: number[] = []
    try {
      for (;;) taken.push(openSync('/dev/null', 'r'))
    } catch (error) {
      await delay(500)
      closeSync(spare)
      writeFileSync(full, '')
      taken.push(openSync('/dev/null', 'r'))
      while (!existsSync(until)) await delay(5)
      throw error
    } finally {
      taken.forEach(closeSync)
    }
  },
})
