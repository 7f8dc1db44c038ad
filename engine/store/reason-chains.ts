import type { Kysely } from 'kysely'
import type { Database } from './database.ts'
import type { Reason } from './reason.ts'
import { reasons } from './reasons.ts'

/** The reasons of everything that these wait for, and so on, by instance id; these included. One
 *  statement follows dependencies and resources to the end; what is on hold leads to others of its task, which need one more. */
export async function withWhatTheyWaitFor(
  db: Kysely<Database>,
  pipelineId: string,
  first: readonly Reason[],
): Promise<ReadonlyMap<string, Reason>> {
  const known = new Map(first.map((reason) => [reason.instanceId, reason]))
  const asked = new Set<string>()
  for (;;) {
    const next = new Set([...known.values()].flatMap((reason) => onwards(reason)).filter((id) => !known.has(id) && !asked.has(id)))
    if (next.size === 0) return known
    for (const id of next) asked.add(id)
    for (const reason of await reasons(db, { pipelineId, upstreamOf: [...next], limit: 10_000 })) known.set(reason.instanceId, reason)
  }
}

/** A reason, the reason of what it waits for, and so on to the end: the last one is the root cause. */
export function chainOf(first: Reason, known: ReadonlyMap<string, Reason>): readonly [Reason, ...Reason[]] {
  const chain: [Reason, ...Reason[]] = [first]
  for (let at: Reason | undefined = first; at;) {
    const next: Reason | undefined = onwards(at)
      .map((id) => known.get(id))
      .find((reason) => reason !== undefined && !chain.includes(reason))
    if (next) chain.push(next)
    at = next
  }
  return chain
}

/** What failed has ended: it waits for nothing any more. */
function onwards({ code, waitsFor }: Reason): string[] {
  return waitsFor === undefined || code === 'DEPENDENCY_FAILED' ? [] : [waitsFor.instanceId]
}
