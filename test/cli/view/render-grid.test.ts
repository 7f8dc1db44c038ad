import { expect, test } from 'vitest'
import { createLook } from '../../../engine/cli/view/look.ts'
import { renderGrid, type Grid, type GridRow } from '../../../engine/cli/view/render-grid.ts'
import { renderTree } from '../../../engine/cli/view/render-tree.ts'
import type { TaskView } from '../../../engine/cli/view/task-view.ts'
import type { GridCell } from '../../../engine/store/grid.ts'

const plain = createLook({ colour: false, unicode: false })
const day = (n: number): Date => new Date(Date.UTC(2026, 0, n))

function row(name: string, statuses: readonly (GridCell['status'] | undefined)[], more: Partial<GridRow> = {}): GridRow {
  const cells = statuses.flatMap((status, index): [number, GridCell][] => {
    const interval = day(index + 1)
    return status ? [[interval.getTime(), { componentId: name, referrerId: '', family: 'activity', interval, status, retries: false }]] : []
  })
  return { name, health: undefined, paused: false, cells: new Map(cells), ...more }
}

const intervals = (count: number): number[] => Array.from({ length: count }, (_, index) => day(index + 1).getTime())

test('a grid has a row for each task, a letter for each run, and says what the letters mean', () => {
  const grid: Grid = {
    intervals: intervals(3),
    rows: [
      row('extract', ['FINISHED', 'FAILED', 'RUNNING'], { health: 'ERROR' }),
      row('load', ['SKIPPED', 'CASCADE_FAILED', 'HELD'], { health: 'HEALTHY', paused: true }),
      row('report', [undefined, undefined, 'WAITING_ON_DEPENDENCIES']),
    ],
  }
  expect(renderGrid(grid, { look: plain, isTerminal: false, columns: 80 })).toEqual([
    '                   2026-01-01 to 2026-01-03',
    '  x extract        FXR',
    '  + load (paused)  -xh',
    '    report           w',
    '  F FINISHED  X FAILED  x CASCADE_FAILED  - SKIPPED  h HELD  w WAITING_ON_DEPENDENCIES  R RUNNING',
  ])
})

test('on a narrow terminal the newest intervals that fit are shown, and how many are not', () => {
  const grid: Grid = {
    intervals: intervals(31),
    rows: [
      row(
        'load',
        Array.from({ length: 31 }, () => 'FINISHED' as const),
      ),
    ],
  }
  const [axis, line] = renderGrid(grid, { look: plain, isTerminal: true, columns: 34 })
  expect(axis).toBe('          2026-01-08    2026-01-31 (7 older not shown)')
  expect(line).toBe(`    load  ${'+'.repeat(24)}`)
})

test('a tree tells intervals of which all was skipped in one line', () => {
  const task = (n: number, status: TaskView['status']): TaskView => ({
    key: `@a_${n}`,
    componentId: 'a',
    type: 'CopyActivity',
    family: 'activity',
    interval: day(n),
    order: 0,
    status,
    attempt: 1,
  })
  const tasks = [task(1, 'SKIPPED'), task(2, 'SKIPPED'), task(3, 'FINISHED'), task(4, 'SKIPPED')]
  expect(renderTree(tasks, { look: plain, now: day(5) })).toEqual([
    '  2 intervals SKIPPED, 2026-01-01 to 2026-01-02',
    '  2026-01-03',
    '    + a',
    '  2026-01-04  SKIPPED',
  ])
})
