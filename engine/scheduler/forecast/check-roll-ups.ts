import { definitionGraph } from '../../definition/definition-graph.ts'
import type { CompiledDefinition } from '../../definition/pipeline-definition.ts'
import { SluiceError } from '../../errors.ts'
import { timingOf } from '../../schedule/read-schedule.ts'
import type { Catalog } from '../../spec/catalog.ts'
import { periodMs, type Period } from '../../spec/period.ts'
import type { ExpectedRhythm } from './read-rhythms.ts'

/** AWS's limit is 32. */
const most = 10_000

/** Throws a SluiceError when one interval of a component waits for so many of another that even one would take minutes to list. */
export function checkRollUps(definition: CompiledDefinition, catalog: Catalog, rhythms: readonly ExpectedRhythm[]): void {
  const periods = new Map(rhythms.map(({ schedule }) => [schedule.id, schedule.period]))
  const periodOf = (id: string): Period | undefined => {
    const component = definition.components[id]
    const { scheduleId } = component ? timingOf(definition, component) : {}
    return scheduleId === undefined ? undefined : periods.get(scheduleId)
  }
  for (const { from, to, kind } of definitionGraph(definition, catalog).edges) {
    const [needed, own] = kind === 'runsOn' ? [] : [periodOf(from), periodOf(to)]
    if (!needed || !own || periodMs(own) / periodMs(needed) <= most) continue
    throw new SluiceError(`One interval of ${to} waits for more than ${most} of ${from}.`, {
      exitCode: 2,
      hint: 'Bring their periods closer together.',
    })
  }
}
