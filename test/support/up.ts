import { createInterface } from 'node:readline'
import { startSluice, type CliOptions, type RunningCli } from './cli.ts'

/** An attempt that `sluice up` said has ended. */
export interface SaidEnding {
  readonly task: string
  readonly interval: string
  readonly attempt: number
  readonly status: string
  readonly message?: string
}

export interface RunningUp extends RunningCli {
  /** What it has said so far. */
  readonly endings: readonly SaidEnding[]
}

/** Starts `sluice up --json`; it is killed with its scope if it still runs. */
export function startUp(files: readonly string[], options: CliOptions): RunningUp {
  const cli = startSluice(['up', '--json', ...files], options)
  const endings: SaidEnding[] = []
  createInterface({ input: cli.child.stdout }).on('line', (line) => {
    if (line.startsWith('{"event":"ended"')) endings.push(JSON.parse(line) as SaidEnding)
  })
  return { ...cli, endings }
}
