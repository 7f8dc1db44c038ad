import { definitionGraph } from '../../definition/definition-graph.ts'
import type { CompiledDefinition } from '../../definition/pipeline-definition.ts'
import { SluiceError } from '../../errors.ts'
import { timingOf } from '../../schedule/read-schedule.ts'
import type { Schedule } from '../../schedule/schedule.ts'
import type { Catalog } from '../../spec/catalog.ts'
import { mostRollUps } from '../../spec/roll-ups.ts'
import type { ExpectedRhythm } from './read-rhythms.ts'

/** AWS's limit is 32. */
const most = 10_000

/** Throws a SluiceError when one interval of a component waits for so many of another that even one would take minutes to list. */
export function checkRollUps(definition: CompiledDefinition, catalog: Catalog, rhythms: readonly ExpectedRhythm[]): void {
  const schedules = new Map(rhythms.map(({ schedule }) => [schedule.id, schedule]))
  if (schedules.size < 2) return
  const scheduleOf = (id: string): Schedule | undefined => {
    const component = definition.components[id]
    const { scheduleId } = component ? timingOf(definition, component) : {}
    return scheduleId === undefined ? undefined : schedules.get(scheduleId)
  }
  const fine = new Set<string>()
  for (const { from, to, kind } of definitionGraph(definition, catalog).edges) {
    const [needed, own] = kind === 'runsOn' ? [] : [scheduleOf(from), scheduleOf(to)]
    if (!needed || !own || fine.has(`${own.id} ${needed.id}`)) continue
    if (mostRollUps(own, needed) <= most) {
      fine.add(`${own.id} ${needed.id}`)
      continue
    }
    throw new SluiceError(`One interval of ${to} waits for more than ${most} of ${from}.`, {
      exitCode: 2,
      hint: 'Bring their schedules closer together.',
    })
  }
}
