import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Turn } from './turns.ts'

/** The turns that Python's zoneinfo has, by zone: data read by other hands. Undefined when there is no Python that has it. */
export function pythonTurns(zones: readonly string[]): ReadonlyMap<string, readonly Turn[]> | undefined {
  const script = join(import.meta.dirname, 'zone_turns.py')
  const { status, stdout } = spawnSync('python3', [script], { input: zones.join('\n'), encoding: 'utf8', maxBuffer: 2 ** 28 })
  if (status !== 0) return undefined
  const lines = stdout.trim().split('\n')
  return new Map(
    lines.map((line) => {
      const [zone, turns] = JSON.parse(line) as [string, [number, number, number][]]
      return [zone, turns.map(([instant, before, after]) => ({ instant: instant * 1000, before: before * 1000, after: after * 1000 }))]
    }),
  )
}

/** What one of the two has and the other does not, as sentences. */
export function differences(ours: readonly Turn[], theirs: readonly Turn[]): string[] {
  const texts = (turns: readonly Turn[]): string[] =>
    turns.map(({ instant, before, after }) => `${new Date(instant).toISOString()} ${before / 1000} to ${after / 1000}`)
  const [own, other] = [texts(ours), texts(theirs)]
  const [ownSet, otherSet] = [new Set(own), new Set(other)]
  return [
    ...own.filter((text) => !otherSet.has(text)).map((text) => `only Intl: ${text}`),
    ...other.filter((text) => !ownSet.has(text)).map((text) => `only Python: ${text}`),
  ]
}
