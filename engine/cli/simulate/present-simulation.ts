import { formatDateTime } from '../../spec/date-time.ts'
import type { Terminal } from '../terminal.ts'
import { formatCount } from '../view/format-count.ts'
import { formatDuration } from '../view/format-duration.ts'
import { formatInterval } from '../view/format-time.ts'
import { renderTable } from '../view/render-table.ts'
import type { SimulatedRun } from './simulated-runs.ts'

export interface SimulationView {
  readonly name: string
  readonly from: Date
  readonly to: Date
  readonly until: Date
  readonly limit: number
  readonly runs: readonly SimulatedRun[]
  /** Sentences about schedules that could not keep up. */
  readonly behind: readonly string[]
}

/** What ran when, for a person: a table by due time, and how much of it ended how. */
export function presentSimulation(view: SimulationView, { print, look }: Terminal): void {
  const { name, from, to, until, limit, runs, behind } = view
  print(`${look.paint('strong', name)}: simulated from ${formatInterval(from)} until ${formatInterval(until)} UTC: ${amounts(runs)}`)
  if (until < to) print(look.paint('bad', `It stops here: this is more than can be shown.`))
  if (runs.length > 0) print('')
  const head = ['interval', 'task', 'due', 'began', 'ended', 'status', '']
  for (const line of renderTable(head, runs.slice(0, limit).map(rowOf))) if (runs.length > 0) print(line)
  if (runs.length > limit) print(look.paint('quiet', `... and ${formatCount(runs.length - limit, 'more run')} (--limit)`))
  if (behind.length > 0) print('')
  for (const sentence of behind) print(sentence)
}

function amounts(runs: readonly SimulatedRun[]): string {
  const counts = new Map<string, number>()
  for (const { status } of runs) counts.set(status, (counts.get(status) ?? 0) + 1)
  const late = runs.filter(({ lateMs }) => lateMs !== undefined).length
  const told = [...counts].map(([status, count]) => `${count} ${status}`)
  return [formatCount(runs.length, 'run'), ...told, ...(late > 0 ? [`${late} late`] : [])].join(', ')
}

function rowOf({ task, interval, due, began, ended, status, attempts, lateMs, why }: SimulatedRun): string[] {
  const notes = [
    ...(lateMs === undefined ? [] : [`${formatDuration(lateMs)} late`]),
    ...(attempts > 1 ? [`${attempts} attempts`] : []),
    ...(why === undefined ? [] : [why]),
  ]
  return [formatInterval(interval), task, short(due), short(began), short(ended), status, notes.join('; ')]
}

function short(instant: Date | undefined): string {
  return instant ? formatDateTime(instant).replace('T', ' ') : '-'
}

/** One JSON object a line: `simulation`, a `run` for each, `behind` for each schedule that could not keep up, `summary`. Times are ISO, UTC. */
export function presentSimulationAsJson(view: SimulationView, { print }: Pick<Terminal, 'print'>): void {
  const event = (name: string, fields: object): void => print(JSON.stringify({ event: name, ...fields }))
  const { name, from, to, until, limit, runs, behind } = view
  event('simulation', { name, from, to, until })
  for (const run of runs.slice(0, limit)) event('run', run)
  for (const sentence of behind) event('behind', { sentence })
  const statuses = Object.fromEntries(
    Map.groupBy(runs, ({ status }) => status)
      .entries()
      .map(([status, all]) => [status, all.length]),
  )
  event('summary', {
    runs: runs.length,
    listed: Math.min(limit, runs.length),
    late: runs.filter(({ lateMs }) => lateMs !== undefined).length,
    statuses,
  })
}
