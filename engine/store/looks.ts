/** How long looks may begin where the last whole one said. */
const wholeLookMs = 1000

/** Where a look at what waits, in the order of its ids, may begin. The entries of what was taken stay in an index for as long as anyone keeps an
 *  old snapshot; a look from the beginning would go through all of them, again and again, and work would slow down for as long as a backup runs.
 *
 *  So a whole look, once a second, notes below which id nothing waits, and those after it begin there. What came to wait below it in the meantime
 *  (it was handed back, or its transaction took an id and then a while) is known by its hint, or is found by the next whole look. */
export class Looks {
  #floors: readonly string[] | undefined
  #newest: string | undefined
  #wholeMs = Number.NEGATIVE_INFINITY

  /** One id for each place that is looked at; undefined: look from the beginning, as nothing is known. */
  get floors(): readonly string[] | undefined {
    return this.#floors
  }

  /** Whether the next look is to be a whole one. Only one of those who ask at the same time is told so. */
  isWholeDue(nowMs: number): boolean {
    const isDue = nowMs - this.#wholeMs >= wholeLookMs
    if (isDue) this.#wholeMs = nowMs
    return isDue
  }

  /** What a whole look found: the lowest id that waits at each place, or null, and the highest there is. What nobody waits for begins at the one
   *  that was highest a whole look ago: by now it is all to be seen. */
  found(lowest: readonly (string | null)[], newest: string): void {
    const before = this.#newest
    if (before !== undefined) this.#floors = lowest.map((id) => (id !== null && BigInt(id) < BigInt(before) ? id : before))
    this.#newest = newest
  }
}
