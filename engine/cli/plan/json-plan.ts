import { dueTimeOf, instancesOf, nameOf, type Track } from '../../scheduler/forecast/count-instances.ts'
import { instanceKey, type ExpectedInstance } from '../../scheduler/forecast/collect-instances.ts'
import { systemGroup } from '../../scheduler/interval-plan.ts'
import type { Terminal } from '../terminal.ts'
import { amountsOf } from './amounts.ts'
import type { DataView, FieldView, PlanView } from './plan-view.ts'

/** One JSON object a line: `plan`, a `component` for each component, an `instance` for each that is listed, `summary`. Times are ISO, UTC. */
export function presentAsJson(plan: PlanView, { print }: Pick<Terminal, 'print'>): void {
  const event = (name: string, fields: object): void => print(JSON.stringify({ event: name, ...fields }))
  const { name, onDemand, from, to, notes, tracks, listed, abridged } = plan
  event('plan', { name, onDemand, from, to, notes })
  for (const track of tracks) event('component', componentEvent(track, from))
  const made = new Set(listed.map(({ row }) => instanceKey(row)))
  let order = 0
  for (const [at, instance] of listed.entries()) {
    order = isSameInterval(listed[at - 1], instance) ? order + 1 : 1
    event('instance', instanceEvent(plan, instance, order, made))
  }
  event('summary', { ...amountsOf(plan), listed: listed.length, abridged })
}

function componentEvent(track: Track, activation: Date): object {
  const { component, referrer, type, family, isTask, schedule, first, last } = track
  return {
    component,
    for: referrer || undefined,
    type,
    family,
    task: isTask,
    schedule: schedule?.id,
    instances: instancesOf(track),
    firstDue: dueTimeOf(track, first, activation),
    lastDue: dueTimeOf(track, last, activation),
  }
}

function isSameInterval(before: ExpectedInstance | undefined, { row }: ExpectedInstance): boolean {
  return before?.row.start.getTime() === row.start.getTime() && before.row.stop.getTime() === row.stop.getTime()
}

function instanceEvent(plan: PlanView, instance: ExpectedInstance, order: number, made: ReadonlySet<string>): object {
  const { row, waitsFor, resource } = instance
  const { fields, reads, writes, unresolved, refused } = plan.describe(instance)
  return {
    instance: row.key,
    task: row.component,
    for: row.referrer || undefined,
    type: row.type,
    family: row.family,
    interval: row.start,
    intervalEnd: row.stop,
    due: row.due,
    order,
    waitsFor: waitsFor.map(({ row: on, kind }) => ({ instance: on.key, task: nameOf(on), kind, planned: made.has(instanceKey(on)) })),
    ...place(instance, resource?.key),
    fields: asObject(fields),
    reads: reads.map(dataOf),
    writes: writes.map(dataOf),
    unresolved,
    refused,
  }
}

/** Who runs it: a resource, or a worker group; nobody a data node. */
function place({ row }: ExpectedInstance, resource: string | undefined): object {
  if (resource !== undefined) return { runsOn: resource }
  const hasRunner = row.family === 'activity' || (row.family === 'precondition' && row.grp !== systemGroup)
  return hasRunner ? { workerGroup: row.grp } : {}
}

function dataOf({ node, instance, type, fields }: DataView): object {
  return { node, instance, type, fields: asObject(fields) }
}

/** One text, or a list of several. */
function asObject(fields: readonly FieldView[]): object {
  return Object.fromEntries(fields.map(({ name, values }) => [name, values.length === 1 ? values[0] : values]))
}
