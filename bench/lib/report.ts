import type { InterleavedResult } from './interleave.ts'
import { formatSpread } from './stats.ts'

/** Prints one table: ours first, then everything it was measured beside, with the medians of the per-pair ratios. */
export function printComparison(ours: string, { comparisons, ...result }: InterleavedResult): void {
  console.log(`${ours}: ${formatSpread(result.ours, 1)} ms`)
  for (const { name, theirs, ratio } of comparisons) {
    console.log(`  beside ${name}: ${formatSpread(theirs, 1)} ms, ratio ${formatSpread(ratio, 3)}`)
  }
  const left = result.dropped > 0 ? `, ${result.dropped} unsteady` : ''
  console.log(`  F ${formatSpread(result.floor)} ms, load ${result.loadAverage.toFixed(2)}, ${result.pairs} pairs${left}`)
}
