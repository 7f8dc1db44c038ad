import type { World, WorldAction } from './state.ts'

const takenForMs = 120_000

/** Takes up to `limit` due actions for two minutes: if they are not done by then, someone takes them again. */
export function takeActions(world: World, limit: number, now: number): WorldAction[] {
  const taken: WorldAction[] = []
  for (const action of world.actions.values()) {
    if (taken.length === limit) break
    if (action.availableTime > now) continue
    action.availableTime = now + takenForMs
    action.tries++
    taken.push(action)
  }
  return taken
}

export function endAction(world: World, id: number): void {
  world.actions.delete(id)
}

export function delayAction(world: World, id: number, delayMs: number, now: number): void {
  const action = world.actions.get(id)
  if (action) action.availableTime = now + delayMs
}
