import type { ImportGraph } from './read-imports.ts'

/** One sentence for each knot of files that import each other in a circle. */
export function importCycles(imports: ImportGraph): string[] {
  return knots(imports).map((files) => `${circle(imports, files).join(' -> ')}: take the idea that both need into a file of its own.`)
}

/** Sets of files in which each reaches each, found by walking from every file not yet settled (Tarjan). */
function knots(imports: ImportGraph): string[][] {
  const order = new Map<string, number>()
  const lowest = new Map<string, number>()
  const open: string[] = []
  const found: string[][] = []

  const visit = (file: string): number => {
    order.set(file, order.size)
    let low = order.size - 1
    open.push(file)
    for (const target of imports.get(file) ?? []) {
      if (!imports.has(target)) continue
      if (!order.has(target)) low = Math.min(low, visit(target))
      else if (open.includes(target)) low = Math.min(low, lowest.get(target) ?? order.get(target) ?? low)
    }
    lowest.set(file, low)
    if (low === order.get(file)) close(file)
    return low
  }
  const close = (file: string): void => {
    const knot = open.splice(open.indexOf(file))
    if (knot.length > 1 || imports.get(file)?.includes(file)) found.push(knot)
  }

  for (const file of imports.keys()) if (!order.has(file)) visit(file)
  return found
}

/** A shortest way from the first file of a knot back to itself. */
function circle(imports: ImportGraph, knot: readonly string[]): string[] {
  const [start = ''] = knot.toSorted()
  const ways = [[start]]
  for (const way of ways) {
    for (const target of imports.get(way.at(-1) ?? '') ?? []) {
      if (target === start) return [...way, start]
      if (knot.includes(target) && !way.includes(target)) ways.push([...way, target])
    }
  }
  return [...knot]
}
