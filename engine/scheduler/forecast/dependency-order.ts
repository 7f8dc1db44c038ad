/** The names so that each stands behind all it depends on, and else close to its consumer and in the order given. In a circle, which no
 *  checked definition has, one of them has to come first. */
export function dependencyOrder(names: readonly string[], before: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const known = new Set(names)
  const ordered = new Set<string>()
  const begun = new Set<string>()
  for (const name of names) {
    // A stack of our own: a chain may be longer than the call stack is deep.
    const open = [name]
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const missing = begun.has(top) ? [] : [...(before.get(top) ?? [])].filter((id) => known.has(id) && !begun.has(id))
      begun.add(top)
      if (missing.length > 0) open.push(...missing.toReversed())
      else ordered.add(open.pop()!)
    }
  }
  return [...ordered]
}
