import type { DuePage, DueSchedule } from '../planned.ts'
import type { World } from './state.ts'

/** Schedules of active pipelines that are due, the longest first, on one page, and in how many milliseconds the next one will be. */
export function dueSchedules(world: World, now: number): DuePage {
  const due: { at: number; schedule: DueSchedule }[] = []
  let next = Infinity
  for (const pipeline of world.pipelines.values()) {
    if (pipeline.state !== 'SCHEDULED') continue
    for (const mark of pipeline.watermarks) {
      if (mark.nextDue === undefined) continue
      if (mark.nextDue > now) {
        next = Math.min(next, mark.nextDue)
        continue
      }
      const schedule = {
        pipelineId: pipeline.id,
        version: pipeline.activeVersion!,
        scheduleId: mark.scheduleId,
        scheduleType: mark.scheduleType,
        anchor: new Date(mark.anchor),
        firstActivation: new Date(pipeline.firstActivation!),
        nextIndex: mark.nextIndex,
        lastIndex: mark.lastIndex,
        skipBefore: mark.skipBefore === undefined ? undefined : new Date(mark.skipBefore),
        now: new Date(now),
      }
      due.push({ at: mark.nextDue, schedule })
    }
  }
  due.sort((a, b) => a.at - b.at)
  return { due: due.map(({ schedule }) => schedule), nextInMs: next === Infinity ? undefined : next - now, after: undefined }
}
