import { didYouMean } from '../expression/index.ts'

/** Also for doors that ask the same of their own words, since only this folder may use the expression folder. */
export { didYouMean }

type Ids = ReadonlySet<string> | ReadonlyMap<string, unknown>

const many = 500
const few = 50

/** The same among the ids of a definition, of which there may be so many, and so many wrong ones, that comparing all with all would
 *  take minutes: then only some that begin alike are looked at. */
export function didYouMeanId(wrong: string, ids: Ids): string | undefined {
  if (ids.size <= many) return didYouMean(wrong, ids.keys())
  return didYouMean(wrong, alike(ids).get(beginningOf(wrong)) ?? [])
}

const beginnings = new WeakMap<Ids, ReadonlyMap<string, readonly string[]>>()

/** Ids by how they begin, kept as long as the definition is. */
function alike(ids: Ids): ReadonlyMap<string, readonly string[]> {
  const known = beginnings.get(ids)
  if (known) return known
  const groups = new Map<string, string[]>()
  for (const id of ids.keys()) {
    const group = groups.get(beginningOf(id)) ?? []
    if (group.length < few) group.push(id)
    groups.set(beginningOf(id), group)
  }
  beginnings.set(ids, groups)
  return groups
}

function beginningOf(id: string): string {
  return `${id.length >> 1} ${id.slice(0, 3).toLowerCase()}`
}
