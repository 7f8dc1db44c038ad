import type { Terminal } from './terminal.ts'

/** What a command gets from the program. */
export interface Surroundings {
  readonly terminal: Terminal
  /** Says with which code the process ends. */
  done(exitCode: number): void
}
