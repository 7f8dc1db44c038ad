import { didYouMean } from '../expression/index.ts'

/** Also for doors that ask the same of their own words, since only this folder may use the expression folder. */
export { didYouMean }

const many = 500
const few = 50

/** The same among the ids of a definition, of which there may be so many, and so many wrong ones, that comparing all with all would
 *  take minutes: then only ids that begin alike are looked at. */
export function didYouMeanId(wrong: string, ids: ReadonlySet<string> | ReadonlyMap<string, unknown>): string | undefined {
  if (ids.size <= many) return didYouMean(wrong, ids.keys())
  const first = wrong[0]?.toLowerCase()
  return didYouMean(
    wrong,
    ids
      .keys()
      .filter((id) => id[0]?.toLowerCase() === first && Math.abs(id.length - wrong.length) <= 2)
      .take(few),
  )
}
