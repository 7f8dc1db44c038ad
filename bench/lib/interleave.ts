import { loadavg } from 'node:os'
import { spread, type Spread } from './stats.ts'

/** Something that is measured: `measure` sets up, warms up, and gives the milliseconds of the measured part alone. */
export interface Contestant {
  readonly name: string
  measure(): Promise<number>
}

export interface Comparison {
  readonly name: string
  readonly theirs: Spread
  /** Ours divided by theirs, pair by pair: below 1, ours is faster. */
  readonly ratio: Spread
}

export interface InterleavedResult {
  readonly ours: Spread
  readonly comparisons: readonly Comparison[]
  /** The machine's floor, before and after each pair that counts. */
  readonly floor: Spread
  readonly loadAverage: number
  readonly pairs: number
  /** Pairs left out because the floor moved by more than 30 % within them. */
  readonly dropped: number
}

interface Pair {
  readonly ours: number
  readonly theirs: readonly number[]
  readonly floors: readonly [number, number]
}

/** Measures A-B-A-B...: ours, then each of the others, over and over, until `pairs` steady ones are had.
 *  `floor` measures the machine. Gives up dropping after as many dropped pairs as wanted ones: then the machine is never quiet,
 *  and the unsteady pairs count too, which `dropped` tells. */
export async function interleave(
  ours: Contestant,
  others: readonly Contestant[],
  { pairs, floor }: { readonly pairs: number; floor(): Promise<number> },
): Promise<InterleavedResult> {
  const [steady, unsteady]: [Pair[], Pair[]] = [[], []]
  while (steady.length < pairs && unsteady.length < pairs) {
    const pair = await measurePair(ours, others, floor)
    ;(isSteady(pair) ? steady : unsteady).push(pair)
  }
  const counted = [...steady, ...unsteady.slice(0, pairs - steady.length)]
  return summary(counted, others, unsteady.length)
}

async function measurePair(ours: Contestant, others: readonly Contestant[], floor: () => Promise<number>): Promise<Pair> {
  const before = await floor()
  const own = await ours.measure()
  const theirs: number[] = []
  for (const other of others) theirs.push(await other.measure())
  return { ours: own, theirs, floors: [before, await floor()] }
}

function isSteady({ floors: [before, after] }: Pair): boolean {
  return Math.abs(after - before) / before <= 0.3
}

function summary(pairs: readonly Pair[], others: readonly Contestant[], dropped: number): InterleavedResult {
  return {
    ours: spread(pairs.map((pair) => pair.ours)),
    comparisons: others.map(({ name }, index) => ({
      name,
      theirs: spread(pairs.map(({ theirs }) => theirs[index] ?? Number.NaN)),
      ratio: spread(pairs.map(({ ours, theirs }) => ours / (theirs[index] ?? Number.NaN))),
    })),
    floor: spread(pairs.flatMap((pair) => pair.floors)),
    loadAverage: loadavg()[0] ?? Number.NaN,
    pairs: pairs.length,
    dropped,
  }
}
