import { abilitiesOf, createLook, type Look } from './view/look.ts'

/** Where a command prints. */
export interface Terminal {
  /** Whether a person watches: then a view may repaint itself. */
  readonly isTerminal: boolean
  readonly look: Look
  readonly columns: number
  readonly rows: number
  /** To the standard output, with a line end. */
  print(line: string): void
  /** To the error output, with a line end: warnings, progress of the command itself. */
  note(line: string): void
  /** To the standard output as it is. */
  write(text: string): void
}

/** The process's own outputs. A reader that goes away (`sluice runs | head`) ends the command in silence. */
export function processTerminal(): Terminal {
  const { stdout, stderr } = process
  for (const stream of [stdout, stderr]) stream.on('error', silentlyEnd)
  const isTerminal = stdout.isTTY && process.env['TERM'] !== 'dumb'
  return {
    isTerminal,
    look: createLook(abilitiesOf(process.env, isTerminal)),
    get columns() {
      return stdout.columns || 80
    },
    get rows() {
      return stdout.rows || 24
    },
    print: (line) => void stdout.write(`${line}\n`),
    note: (line) => void stderr.write(`${line}\n`),
    write: (text) => void stdout.write(text),
  }
}

function silentlyEnd(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
  // No one reads any more. The command goes on to its end, so that what it runs is put away.
}
