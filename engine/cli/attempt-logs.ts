import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { attemptPath } from '../worker/attempt-log.ts'

/** Which attempt's logs. `instanceKey` is `@component_2026-01-01T00:00:00`. */
export interface AttemptOf {
  readonly pipelineId: string
  readonly componentId: string
  readonly instanceKey: string
  readonly attempt: number
}

export interface LogTail {
  /** Absolute. */
  readonly file: string
  readonly lines: readonly string[]
}

/** The folder of an attempt's logs on this machine, absolute; it may not be there. */
export function logFolder(home: string, { pipelineId, componentId, instanceKey, attempt }: AttemptOf): string {
  return join(home, 'logs', attemptPath({ pipelineId, componentId, instanceId: instanceKey, attemptNumber: attempt }))
}

/** Names of the log files that an attempt wrote; empty when there are none on this machine. */
export function logFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted()
  } catch {
    return [] // no line was written, or it ran elsewhere
  }
}

/** The last lines of what tells most about a failure: the error output, else the output, else the activity's own log. */
export function telling(folder: string, mostLines = 20): LogTail | undefined {
  for (const name of ['StdError', 'StdOutput', 'Activity.log']) {
    const file = join(folder, name)
    const lines = lastLines(file, mostLines)
    if (lines.length > 0) return { file, lines }
  }
  return undefined
}

const tailBytes = 64 * 1024

function lastLines(file: string, most: number): string[] {
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch {
    return []
  }
  try {
    const { size } = fstatSync(descriptor)
    const buffer = Buffer.alloc(Math.min(size, tailBytes))
    const read = readSync(descriptor, buffer, 0, buffer.length, size - buffer.length)
    const lines = buffer.toString('utf8', 0, read).trimEnd().split('\n')
    return lines
      .filter((line, index) => line !== '' || index > 0)
      .slice(-most)
      .map(harmless)
  } finally {
    closeSync(descriptor)
  }
}

/** Control characters in a log do not reach the terminal. */
export function harmless(line: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
  return line.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (char) => (char === '\r' ? '' : '\ufffd'))
}
