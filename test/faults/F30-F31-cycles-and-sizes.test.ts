import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compileDefinition } from '../../engine/definition/compile.ts'
import { readDefinition } from '../../engine/definition/read-definition.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'
import { throwDice, type Dice } from '../fuzz/dice.ts'
import { scaled } from './rig/scale.ts'

const catalog = await loadCatalog()

type Edge = readonly [consumer: number, producer: number]

/** `size` tasks, and who waits for whom: half of the graphs have edges in one direction only, so that they have no ring. */
function randomGraph(dice: Dice): { size: number; edges: readonly Edge[] } {
  const size = 1 + dice.below(30)
  const isOrdered = dice.chance(0.5)
  const edges = Array.from({ length: dice.below(2 * size) }, (): Edge => {
    const [a, b] = [dice.below(size), dice.below(size)]
    return isOrdered ? [Math.max(a, b), Math.min(a, b)] : [a, b]
  })
  return { size, edges: isOrdered ? edges.filter(([a, b]) => a !== b) : edges }
}

/** Takes away what waits for nothing until no more can be: a ring stays. */
function hasRing(size: number, edges: readonly Edge[]): boolean {
  let left = new Set(Array.from({ length: size }, (_, at) => at))
  for (;;) {
    const blocked = new Set(edges.filter(([consumer, producer]) => left.has(producer) && left.has(consumer)).map(([consumer]) => consumer))
    if (blocked.size === 0) return false
    if (blocked.size === left.size) return true
    left = blocked
  }
}

test('F30: of random graphs, those with a ring are refused, and each ring that is named is one, the whole way round', () => {
  const dice = throwDice(30)
  let refused = 0
  const count = scaled(600, 100_000)
  for (let n = 0; n < count; n++) {
    const { size, edges } = randomGraph(dice)
    const tasks = Array.from({ length: size }, (_, at) => {
      const needs = [...new Set(edges.filter(([consumer]) => consumer === at).map(([, producer]) => `t${producer}`))]
      return `  t${at}: { type: ShellCommandActivity, command: ls, dependsOn: [${needs.join(', ')}] }`
    })
    const { definition } = readDefinition(`defaults: { scheduleType: ondemand }\nactivities:\n${tasks.join('\n')}\n`, 'graph.yaml')
    const { diagnostics } = compileDefinition(definition!, catalog)
    const rings = diagnostics.filter(({ code }) => code === 'CYCLE')
    expect(rings.length > 0, `graph ${n}`).toBe(hasRing(size, edges))
    for (const { message } of rings) {
      const names = /: (.*)[.]$/.exec(message)![1]!.split(' -> ')
      expect(names.at(0)).toBe(names.at(-1))
      const steps = names.slice(1).map((name, at) => `${names[at]} ${name}`)
      expect(steps.filter((step) => !edges.some(([consumer, producer]) => step === `t${consumer} t${producer}`))).toEqual([])
    }
    refused += rings.length > 0 ? 1 : 0
  }
  expect(refused).toBeGreaterThan(count / 10)
  expect(refused).toBeLessThan(count * 0.9)
})

test('F31: a ladder of sizes is answered in bounded time with little memory, or refused: up to 100,000 tasks, a million edges, 20 MiB', () => {
  const child = join(import.meta.dirname, '..', 'fixtures', 'programs', 'read-ladder.ts')
  const top = scaled(10_000, 100_000)
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--max-old-space-size=1500', child, String(top)], {
    encoding: 'utf8',
    timeout: 60_000 * scaled(1, 10),
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const steps = stdout.trim().split('\n').map((line) => JSON.parse(line) as { size: string; codes: string[] }) // prettier-ignore
  expect(steps.map(({ size }) => size)).toEqual(expect.arrayContaining([`${top} tasks, ${10 * top} edges`, '21 MiB']))
  expect(steps).toEqual(steps.map(({ size }) => ({ size, codes: /MiB|million/.test(size) ? ['TOO_LARGE'] : [] })))
}, 660_000)
