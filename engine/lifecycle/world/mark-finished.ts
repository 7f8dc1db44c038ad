import { advance } from './advance.ts'
import { byId, end, ended } from './change.ts'
import { cancelAttempts, cancelInstances } from './fail.ts'
import type { World, WorldInstance } from './state.ts'

/** What a person calls done is FINISHED, ended or not, and what waits for it goes on. Returns those that were not FINISHED before.
 *  @see spec/behaviour.md 5.4 and 10 */
export function markFinished(world: World, instances: readonly WorldInstance[], now: number): WorldInstance[] {
  cancelAttempts(world, instances, now)
  const moved = instances
    .filter(({ status, family }) => status !== 'FINISHED' && status !== 'SCHEDULED' && family !== 'resource')
    .toSorted(byId)
  // What was SKIPPED held up nobody: its consumers do not count it.
  const met = moved.filter(({ status }) => status !== 'SKIPPED')
  for (const instance of moved) {
    end(world, instance, 'FINISHED', now)
    instance.errorId = undefined
    instance.errorMessage = undefined
    instance.cancellationReason = undefined
  }
  const guards = moved.flatMap(({ producers }) =>
    producers.filter(({ kind, producer }) => kind === 'precondition' && !ended(producer) && producer.status !== 'SCHEDULED'),
  )
  cancelInstances(
    world,
    guards.map(({ producer }) => producer),
    'what it guards was marked finished',
    now,
  )
  advance(world, met, [], now)
  return moved
}
