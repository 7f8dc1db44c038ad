/** Counts, chunk by chunk, the units of work that a client of PostgreSQL asks for: each ends with a Sync or is a simple Query.
 *  @see PostgreSQL, "Message Formats" */
export function frontendSyncs(): (chunk: Buffer) => number {
  return counter(new Set(['S', 'Q']), true)
}

/** Counts the answers that say that a unit of work is over: ReadyForQuery, which follows the commit. */
export function readyAnswers(): (chunk: Buffer) => number {
  return counter(new Set(['Z']), false)
}

/** Messages are a letter and a length that counts itself; only the client's first one has no letter. A message may be cut across chunks. */
function counter(letters: ReadonlySet<string>, startsBare: boolean): (chunk: Buffer) => number {
  let rest: Buffer = Buffer.alloc(0)
  let bare = startsBare
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    let count = 0
    for (;;) {
      const head = bare ? 4 : 5
      if (rest.length < head) return count
      const size = rest.readInt32BE(head - 4) + head - 4
      if (rest.length < size) return count
      if (!bare && letters.has(String.fromCharCode(rest[0] ?? 0))) count++
      bare = false
      rest = rest.subarray(size)
    }
  }
}
