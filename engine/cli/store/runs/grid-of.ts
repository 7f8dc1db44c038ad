import { definitionGraph } from '../../../definition/definition-graph.ts'
import { dependencyOrder } from '../../../definition/dependency-order.ts'
import { loadCatalog } from '../../../spec/load-catalog.ts'
import type { ComponentRecord } from '../../../store/components.ts'
import type { GridCell } from '../../../store/grid.ts'
import type { PipelineHealth } from '../../../store/health.ts'
import type { Store } from '../../../store/open-store.ts'
import { compiledDefinition, type PipelineRecord } from '../../../store/pipelines.ts'
import type { Grid, GridRow } from '../../view/render-grid.ts'

/** Cells as a grid: tasks in the order of their dependencies, what the definition no longer has at the end. Data nodes only follow what writes
 *  them, so they have a row only where one has failed. */
export async function gridOf(
  { db }: Pick<Store, 'db'>,
  pipeline: PipelineRecord,
  cells: readonly GridCell[],
  facts: { readonly components: readonly ComponentRecord[]; readonly health: PipelineHealth | undefined },
): Promise<Grid> {
  const order = await taskOrder(db, pipeline)
  const paused = new Set(facts.components.filter((component) => component.paused).map(({ id }) => id))
  const guards = Map.groupBy(cells, ({ componentId }) => componentId)
  const rank = ({ componentId }: GridCell): number => order.indexOf(componentId) + 1 || order.length + 1
  const rows = [...Map.groupBy(cells, ({ componentId, referrerId }) => `${componentId}\n${referrerId}`).values()]
    .flatMap((members): { first: GridCell; row: GridRow }[] => {
      const [first] = members
      if (!first || (first.family === 'datanode' && !members.some(({ status }) => status === 'FAILED'))) return []
      const isShared = new Set(guards.get(first.componentId)?.map(({ referrerId }) => referrerId)).size > 1
      const row = {
        name: isShared ? `${first.componentId} of ${first.referrerId}` : first.componentId,
        health: facts.health?.components.get(first.componentId)?.health,
        paused: paused.has(first.componentId),
        cells: new Map(members.map((cell) => [cell.interval.getTime(), cell])),
      }
      return [{ first, row }]
    })
    .toSorted((a, b) => rank(a.first) - rank(b.first))
  return { intervals: [...new Set(cells.map(({ interval }) => interval.getTime()))], rows: rows.map(({ row }) => row) }
}

async function taskOrder(db: Store['db'], { id, activeVersion, latestVersion }: PipelineRecord): Promise<readonly string[]> {
  const version = activeVersion ?? latestVersion
  if (version === 0) return []
  const [catalog, definition] = await Promise.all([loadCatalog(), compiledDefinition(db, id, version)])
  return dependencyOrder(definitionGraph(definition, catalog))
}
