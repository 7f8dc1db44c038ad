import { dueTimeOf, instancesOf, type Track } from '../../scheduler/forecast/count-instances.ts'
import type { Terminal } from '../terminal.ts'
import { formatCount } from '../view/format-count.ts'
import { formatInterval } from '../view/format-time.ts'
import type { Look } from '../view/look.ts'
import { renderTable } from '../view/render-table.ts'
import { amountsOf } from './amounts.ts'
import { instanceLines } from './instance-lines.ts'
import type { PlanView } from './plan-view.ts'
import { renderTimeline } from './timeline.ts'

/** The plan for a person: how much it is, on a terminal a timeline, the instances by interval, the components, and what is not known yet. */
export function presentAsText(plan: PlanView, { print, isTerminal, columns, look }: Terminal): void {
  print(headline(plan, look))
  for (const note of plan.notes) print(look.paint('quiet', note))
  if (isTerminal) section(print, renderTimeline(plan, columns, look))
  if (plan.abridged) section(print, [abridgement(plan)])
  const { lines, unresolved, refused } = instanceLines(plan, look, isTerminal ? columns : Infinity)
  section(print, lines)
  section(print, renderTable(['component', 'type', 'schedule', 'instances', 'first due', 'last due'], plan.tracks.map(rowOf(plan))))
  section(print, listed('Not known before it runs:', unresolved))
  section(
    print,
    listed('A worker will refuse:', refused).map((line) => look.paint('bad', line)),
  )
}

function headline(plan: PlanView, look: Look): string {
  const { name, onDemand, from, to } = plan
  const { intervals, instances, tasks } = amountsOf(plan)
  const amounts = `${formatCount(instances, 'instance')}, ${formatCount(tasks, 'task')}`
  if (onDemand) return `${look.paint('strong', name)}: one execution on demand, activated at ${formatInterval(from)} UTC: ${amounts}`
  const window = `due from ${formatInterval(from)} until ${formatInterval(to)} UTC`
  return `${look.paint('strong', name)}: ${formatCount(intervals, 'interval')} ${window}: ${amounts}`
}

function abridgement(plan: PlanView): string {
  const all = amountsOf(plan).instances.toLocaleString('en-US')
  const limit = plan.limit.toLocaleString('en-US')
  return `These are ${all} instances, more than the ${limit} that are listed (--limit): only the first interval of each schedule is shown.`
}

function rowOf({ from }: PlanView): (track: Track) => string[] {
  return (track) => {
    const [first, last] = [track.first, track.last].map((index) => formatInterval(dueTimeOf(track, index, from)))
    return [track.name, track.type, track.schedule?.id ?? 'on demand', instancesOf(track).toLocaleString('en-US'), first ?? '', last ?? '']
  }
}

/** The longest lists that are printed whole. */
const most = 20

function listed(title: string, entries: ReadonlySet<string>): string[] {
  if (entries.size === 0) return []
  const more = entries.size - most
  return [title, ...[...entries].slice(0, most).map((entry) => `  ${entry}`), ...(more > 0 ? [`  ... and ${more} more`] : [])]
}

function section(print: (line: string) => void, lines: readonly string[]): void {
  if (lines.length > 0) print('')
  lines.forEach(print)
}
