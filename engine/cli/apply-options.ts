import type { Command } from 'commander'
import { collectParameter, readTimeOrNow, type ParameterValues } from './read-options.ts'

/** How files are put in force: by `up` and by `apply`. */
export interface ApplyOptions {
  readonly param?: ParameterValues
  readonly from?: Date | 'now'
  readonly replace?: boolean
  readonly json?: boolean
  readonly home?: string
}

export function addApplyOptions(command: Command): Command {
  return command
    .option('--param <id=value>', 'a parameter value for the files that have it; again for more', collectParameter)
    .option(
      '--from <time>',
      'skip intervals of these files that start earlier (UTC) and have not run; `now` skips all that were missed',
      readTimeOrNow,
    )
    .option('--replace', 'where an edit is not allowed on an active pipeline: stop it, and begin a new one of its name')
    .option('--json', 'one JSON object a line')
    .option('--home <dir>', 'where Sluice keeps its data (default: SLUICE_HOME, else ~/.sluice)')
}
