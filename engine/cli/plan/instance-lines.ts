import { instanceKey, type ExpectedInstance } from '../../scheduler/forecast/collect-instances.ts'
import { nameOf } from '../../scheduler/forecast/count-instances.ts'
import { systemGroup } from '../../scheduler/interval-plan.ts'
import { formatInterval } from '../view/format-time.ts'
import type { Look } from '../view/look.ts'
import { oneLine } from '../view/render-tree.ts'
import type { DataView, FieldView, PlanView } from './plan-view.ts'

export interface InstanceLines {
  readonly lines: readonly string[]
  readonly unresolved: ReadonlySet<string>
  readonly refused: ReadonlySet<string>
}

/** The listed instances, interval by interval, each with where it runs, what it waits for, its data and its own fields. Lines are cut to
 *  `columns`; `--json` has them whole. */
export function instanceLines(plan: PlanView, look: Look, columns: number): InstanceLines {
  const made = new Set(plan.listed.map(({ row }) => instanceKey(row)))
  const [unresolved, refused] = [new Set<string>(), new Set<string>()]
  const lines: string[] = []
  for (const instances of Map.groupBy(plan.listed, intervalKey).values()) {
    const dues = new Set(instances.map(({ row }) => row.due.getTime()))
    if (lines.length > 0) lines.push('')
    lines.push(heading(plan, instances, dues, look))
    for (const [at, instance] of instances.entries()) {
      const view = plan.describe(instance)
      view.unresolved.forEach((reason) => unresolved.add(reason))
      view.refused.forEach((reason) => refused.add(reason))
      const due = dues.size > 1 ? `due ${formatInterval(instance.row.due)}` : ''
      lines.push(instanceLine(instance, at + 1, due, made, look))
      const details = [
        ...view.reads.map((data) => `reads ${placeOf(data, readFields)}`),
        ...view.writes.map((data) => `writes ${placeOf(data, writeFields)}`),
        ...view.fields.filter(isShown).map(({ name, values }) => `${name}: ${oneLine(values.join(', '))}`),
      ]
      lines.push(...details.map((detail) => cut(`      ${detail}`, columns)))
    }
  }
  return { lines, unresolved, refused }
}

function intervalKey({ row }: ExpectedInstance): string {
  return `${row.start.getTime()} ${row.stop.getTime()}`
}

function heading({ onDemand }: PlanView, instances: readonly ExpectedInstance[], dues: ReadonlySet<number>, look: Look): string {
  const [first] = instances
  if (!first) return ''
  const { start, stop, due } = first.row
  if (onDemand) return look.paint('strong', formatInterval(start))
  const interval = look.paint('strong', `${formatInterval(start)} until ${formatInterval(stop)}`)
  return dues.size > 1 ? interval : `${interval}, due ${formatInterval(due)}`
}

function instanceLine(instance: ExpectedInstance, order: number, due: string, made: ReadonlySet<string>, look: Look): string {
  const { row } = instance
  const words = [row.type, place(instance), due, waits(instance, made)].filter(Boolean).join(` ${look.glyph('dot')} `)
  return `  ${String(order).padStart(2)} ${look.paint(row.family === 'activity' ? 'active' : 'quiet', nameOf(row))} ${look.glyph('dot')} ${words}`
}

function place({ row, resource }: ExpectedInstance): string {
  if (resource) return `on ${resource.component}`
  if (row.family === 'precondition' && row.grp === systemGroup) return ''
  return row.family === 'activity' || row.family === 'precondition' ? `worker group ${row.grp}` : ''
}

/** Many instances of one component are told as one; those of other windows are marked. */
function waits({ row, waitsFor }: ExpectedInstance, made: ReadonlySet<string>): string {
  const words = [...Map.groupBy(waitsFor, (wait) => nameOf(wait.row))].map(([name, all]) => {
    const [only] = all
    const elsewhere = only && only.row.start.getTime() !== row.start.getTime() ? ` of ${formatInterval(only.row.start)}` : ''
    const times = all.length > 1 ? `${name} x${all.length} from ${formatInterval(only?.row.start ?? row.start)} on` : `${name}${elsewhere}`
    const listed = all.filter((wait) => made.has(instanceKey(wait.row))).length
    return listed === all.length ? times : `${times} (not ${listed > 0 ? 'all ' : ''}in this list)`
  })
  return words.length === 0 ? '' : `waits for ${words.join(', ')}`
}

/** What says where data lies, in the words of AWS's data nodes, and how it is read or written. */
const placeFields = ['filePath', 'directoryPath', 'tableName', 'table', 'schemaName', 'database']
const readFields = [...placeFields, 'manifestFilePath', 'selectQuery']
const writeFields = [...placeFields, 'insertQuery', 'replaceWhere']

function placeOf({ node, fields }: DataView, wanted: readonly string[]): string {
  const told = fields.filter(({ name }) => wanted.includes(name)).map(({ name, values }) => `${name} ${oneLine(values.join(', '))}`)
  return `${node}: ${told.join(', ') || 'nothing that is known'}`
}

/** References are told by what an instance waits for, reads and runs on. */
function isShown({ isOwn, isReference }: FieldView): boolean {
  return isOwn && !isReference
}

function cut(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 3))}...`
}
