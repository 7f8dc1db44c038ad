import { isUtf8 } from 'node:buffer'
import { realpathSync, statSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { formatDiagnostic } from '../../definition/diagnostic.ts'
import { formatDefinition } from '../../definition/format-definition.ts'
import { SluiceError } from '../../errors.ts'
import { writeOutput } from '../convert/write-output.ts'
import { readText } from '../read-text.ts'
import { reportError } from '../report-error.ts'
import type { Terminal } from '../terminal.ts'

export interface FormatOptions {
  /** Nothing is written. */
  readonly check?: boolean
}

type Printing = Pick<Terminal, 'print' | 'note' | 'write'>

/** 1 says that a file is not formatted, and is only for `check`. */
type ExitCode = 0 | 1 | 2

/** Formats each file in place and resolves to 0; to 2 when one of them could not be formatted, which does not keep the others from it.
 *  With `check` nothing is written, and 1 says that a file would change. */
export async function formatFiles(files: readonly string[], { check = false }: FormatOptions, terminal: Printing): Promise<number> {
  let exitCode = 0
  for (const file of files) exitCode = Math.max(exitCode, await formatOne(file, check, terminal))
  return exitCode
}

async function formatOne(file: string, check: boolean, terminal: Printing): Promise<number> {
  try {
    return file === '-' ? await formatInput(check, terminal) : formatFile(file, check, terminal)
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error
    return reportError(error, terminal, process.env)
  }
}

/** A link stays one: the file that it names is written. */
function formatFile(file: string, check: boolean, terminal: Printing): ExitCode {
  const text = readText(file)
  const formatted = format(text, file, terminal)
  if (formatted === undefined) return 2
  if (formatted === text) return 0
  if (!check) writeOutput(realpathSync(file), formatted, { force: true, mode: statSync(file).mode })
  terminal.print(check ? file : `formatted ${file}`)
  return check ? 1 : 0
}

async function formatInput(check: boolean, terminal: Printing): Promise<ExitCode> {
  const bytes = await buffer(process.stdin)
  if (!isUtf8(bytes)) throw notUtf8()
  const text = bytes.toString('utf8')
  const formatted = format(text, '-', terminal)
  if (formatted === undefined) return 2
  if (!check) terminal.write(formatted)
  else if (formatted !== text) terminal.print('-')
  return check && formatted !== text ? 1 : 0
}

/** Bytes that are no UTF-8 were read as question marks, which must not be written in their place. */
function notUtf8(): SluiceError {
  return new SluiceError('The standard input is not UTF-8.', { exitCode: 2, hint: 'Convert it, for example: iconv -f latin1 -t utf-8' })
}

/** The formatted text; undefined when the definition has mistakes, which have been told. */
function format(text: string, file: string, terminal: Printing): string | undefined {
  const { text: formatted, diagnostics, refusal, hint } = formatDefinition(text, file)
  for (const diagnostic of diagnostics) terminal.note(formatDiagnostic(diagnostic))
  if (refusal !== undefined) throw new SluiceError(`${file} is left as it is: ${refusal}`, { exitCode: 2, hint })
  return formatted
}
