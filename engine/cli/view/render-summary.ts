import type { Failure, RunSummary, TaskSummary, WrittenPlace } from '../run/summary.ts'
import { formatBytes, formatRows } from './format-amount.ts'
import { formatDuration } from './format-duration.ts'
import { formatInterval } from './format-time.ts'
import type { Look } from './look.ts'
import { oneLine } from './render-tree.ts'

/** The end of a run for a person: what each task did, what was written where, and for a failure what to do next. */
export function renderSummary(summary: RunSummary, look: Look): string[] {
  const { status, written, failures, blocked, again, pendingActions } = summary
  return [
    headline(summary, look),
    ...taskLines(summary.tasks),
    ...section(
      'written',
      written.map((place) => writtenLine(place, look)),
    ),
    ...section(
      'failed',
      failures.filter(isCause).flatMap((failure) => failureLines(failure, summary)),
    ),
    ...section('never ran', neverRan(failures, blocked)),
    ...(status === 'FAILED' ? [`again, once it is mended: ${again}`] : []),
    ...(pendingActions > 0
      ? [`${pendingActions} notifications are not sent yet: the next \`sluice up\` or \`sluice run\` tries again.`]
      : []),
  ]
}

function headline({ status, name, pipelineId, durationMs, counts }: RunSummary, look: Look): string {
  const said = look.paint(status === 'FINISHED' ? 'good' : 'bad', status)
  return `${look.paint('strong', name)} ${said} in ${formatDuration(durationMs)}: ${countWords(counts) || 'no interval to run'} (${pipelineId})`
}

export function countWords(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([status, count]) => `${count} ${status}`)
    .join(', ')
}

function taskLines(tasks: readonly TaskSummary[]): string[] {
  const width = Math.max(0, ...tasks.map(({ task }) => task.length))
  return tasks.map(({ task, counts, rows, bytes }) => {
    const amounts = [rows === undefined ? '' : formatRows(rows), bytes === undefined ? '' : formatBytes(bytes)]
    return `  ${task.padEnd(width)}  ${[countWords(counts), ...amounts].filter(Boolean).join(', ')}`
  })
}

function writtenLine({ node, place, path, rows }: WrittenPlace, look: Look): string {
  const where = path === undefined ? '' : ` ${look.glyph('arrow')} ${path}`
  return `  ${node}  ${place}${where}${rows === undefined ? '' : ` (${formatRows(rows)})`}`
}

/** What failed by itself, not because of something else. */
function isCause({ status }: Failure): boolean {
  return status !== 'CASCADE_FAILED'
}

function failureLines({ task, interval, status, attempts, message, log }: Failure, { pipelineId }: RunSummary): string[] {
  const when = formatInterval(new Date(interval))
  const tries = attempts > 1 ? ` after ${attempts} attempts` : ''
  return [
    `  ${task} ${when}: ${status}${tries}${message ? `: ${oneLine(message)}` : ''}`,
    ...(log === undefined ? [] : [`    full log: ${log}`]),
    `    look:     sluice logs ${pipelineId} ${task} --interval ${when}`,
  ]
}

function neverRan(failures: readonly Failure[], blocked: RunSummary['blocked']): string[] {
  const cascade = failures.filter((failure) => !isCause(failure))
  return [
    ...cascade.map(({ task, interval }) => `  ${task} ${formatInterval(new Date(interval))}: something it depends on failed`),
    ...blocked.map(({ task, interval, waitsFor }) => `  ${task} ${formatInterval(new Date(interval))}: it waits for ${waitsFor}`),
  ]
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines]
}
