/** `Did you mean "table"?` for the candidate nearest to what was written, if one is near; letter case counts little. */
export function didYouMean(written: string, candidates: Iterable<string>): string | undefined {
  const wanted = written.toLowerCase().slice(0, longestName)
  const limit = Math.max(1, Math.floor(wanted.length / 3))
  let best: { candidate: string; distance: number } | undefined
  let cells = 0
  for (const candidate of candidates) {
    if (candidate === written || Math.abs(candidate.length - wanted.length) > limit) continue
    cells += candidate.length * wanted.length
    if (cells > maximumCells) break
    const distance = editDistance(wanted, candidate.toLowerCase(), limit)
    if (distance <= limit && distance < (best?.distance ?? Infinity)) best = { candidate, distance }
  }
  return best && `Did you mean "${best.candidate}"?`
}

const longestName = 64

/** Letters compared with letters: some five hundred names of usual length, in some ten milliseconds. */
const maximumCells = 250_000

/** Insertions, deletions, replacements, and swaps of neighbours; Infinity as soon as they must be more than `limit`. */
function editDistance(from: string, to: string, limit: number): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, at) => at)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const replaced = cell(last, column - 1) + (from[row - 1] === to[column - 1] ? 0 : 1)
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      current[column] = Math.min(
        replaced,
        cell(last, column) + 1,
        cell(current, column - 1) + 1,
        swapped ? cell(beforeLast, column - 2) + 1 : Infinity,
      )
    }
    if (Math.min(...current) > limit && Math.min(...last) > limit) return Infinity
    beforeLast = last
    last = current
  }
  return cell(last, to.length)
}

function cell(row: readonly number[], column: number): number {
  return row[column] ?? Infinity
}
