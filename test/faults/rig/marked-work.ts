import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A pipeline whose every task leaves a line each time it runs, so that what ran twice, or never, is seen. */
export interface MarkedWork {
  readonly definition: string
  /** `task interval` of each time that a task ran to its end, as the machine saw it. */
  done(): string[]
  /** All that is to be done, each once. */
  readonly expected: readonly string[]
}

export interface MarkedWorkOptions {
  readonly folder: string
  readonly name: string
  readonly intervals: number
  /** Tasks of an interval, each waiting for the one before. */
  readonly chain: number
  /** How long each takes. */
  readonly seconds?: number
  /** Added to the defaults, as YAML flow fields. */
  readonly defaults?: string
}

/** Hourly intervals of 2020, each a chain of short commands. */
export function markedWork({ folder, name, intervals, chain, seconds = 0, defaults = '' }: MarkedWorkOptions): MarkedWork {
  const ran = join(folder, `${name}.ran`)
  const tasks = Array.from({ length: chain }, (_, index) => `t${index}`)
  const activities = tasks.map(
    (task, index) => `  ${task}:
    type: ShellCommandActivity
    command: |
      ${seconds > 0 ? `sleep ${seconds}; ` : ''}echo "${task} #{format(@scheduledStartTime,'YYYY-MM-dd HH')}" >> ${ran}${index > 0 ? `\n    dependsOn: t${index - 1}` : ''}`,
  )
  const starts = Array.from({ length: intervals }, (_, hour) =>
    new Date(Date.UTC(2020, 0, 1, hour)).toISOString().slice(0, 13).replace('T', ' '),
  )
  return {
    definition: `
sluice: 1
name: ${name}
defaults: { scheduleType: timeseries, schedule: hourly, maximumRetries: 5, retryDelay: 1 second${defaults && `, ${defaults}`} }
schedules: { hourly: { period: 1 hour, startDateTime: 2020-01-01T00:00:00, occurrences: ${intervals} } }
activities:
${activities.join('\n')}
`,
    done: () => (existsSync(ran) ? readFileSync(ran, 'utf8').trimEnd().split('\n') : []),
    expected: starts.flatMap((start) => tasks.map((task) => `${task} ${start}`)).toSorted(),
  }
}
