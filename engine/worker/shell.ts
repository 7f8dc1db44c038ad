import { chmod, open, writeFile } from 'node:fs/promises'
import { constants } from 'node:os'
import { join } from 'node:path'
import type { Script, ShellOptions } from '../spec/context.ts'
import { PermanentError } from '../errors.ts'
import { BoundedOutput, LastLines, usualLimits, type OutputLimits } from './process/bounded-output.ts'
import { childEnvironment } from './process/child-environment.ts'
import { markName } from './process/attempt-mark.ts'
import { runProcess, type ProcessEnd } from './process/run-process.ts'
import type { Timers } from './timers.ts'

/** What a shell needs of its attempt. */
export interface ShellSurroundings {
  readonly directory: string
  /** The worker's own environment; children see the allowed part. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly mark: string
  readonly signal: AbortSignal
  readonly killGraceMs: number
  readonly limits?: OutputLimits
  readonly timers?: Timers
  /** Path of a log file of the attempt. */
  logFile(name: 'StdOutput' | 'StdError'): string
  /** Tells whoever reads the attempt's log. */
  warn(line: string): void
  /** Makes the output seen elsewhere too: an `s3://` URI or a local path. */
  copyOutput(file: string, to: string): Promise<void>
  started(group: number): () => void
}

/** A command that ended with another exit code than 0, or by a signal. Tried again. */
class ShellCommandFailed extends Error {
  override readonly name = 'ShellCommandFailed'
  readonly errorId = 'ShellCommandFailed'
  readonly exitCode: number | null

  constructor(message: string, exitCode: number | null) {
    super(message)
    this.exitCode = exitCode
  }
}

/** Runs a script and resolves when it has exited with 0 and nothing it started is left. Text is given to bash; a file is run by its
 *  `#!` line, or by bash when it has none. Rejects with `ShellCommandFailed` and the last lines of its error output. */
export async function runShell(script: Script, options: ShellOptions, surroundings: ShellSurroundings): Promise<void> {
  const { directory, mark, signal, killGraceMs, timers } = surroundings
  const environment = { ...childEnvironment(surroundings.environment, options.env ?? {}), [markName]: mark }
  const program = await programOf(script, options.args ?? [], directory)
  const outputs = openOutputs(surroundings)
  const lastLines = new LastLines()
  const stderr = (chunk: Buffer): void => {
    outputs.StdError.write(chunk)
    lastLines.write(chunk)
  }
  const plan = { ...program, directory, environment, mark, signal, killGraceMs, timers, started: surroundings.started }
  const end = await runProcess({ ...plan, stdout: (chunk) => outputs.StdOutput.write(chunk), stderr }).finally(() =>
    closeAll(outputs, surroundings),
  )
  await copyOutputs(options, surroundings)
  if (end.code !== 0) throw new ShellCommandFailed(describe(end, lastLines.toString()), end.code)
}

type Outputs = Record<'StdOutput' | 'StdError', BoundedOutput>

function openOutputs({ logFile, limits = usualLimits }: ShellSurroundings): Outputs {
  return {
    StdOutput: new BoundedOutput(logFile('StdOutput'), limits),
    StdError: new BoundedOutput(logFile('StdError'), limits),
  }
}

function closeAll(outputs: Outputs, { warn }: Pick<ShellSurroundings, 'warn'>): void {
  for (const [name, output] of Object.entries(outputs)) {
    output.close()
    if (output.missing !== undefined) warn(`${name} ${output.missing}`)
  }
}

async function copyOutputs(options: ShellOptions, { logFile, copyOutput }: ShellSurroundings): Promise<void> {
  if (options.stdout !== undefined) await copyOutput(logFile('StdOutput'), options.stdout)
  if (options.stderr !== undefined) await copyOutput(logFile('StdError'), options.stderr)
}

interface Program {
  readonly command: string
  readonly args: readonly string[]
}

/** One argument of a program may have 128 KiB on Linux. */
const longestArgument = 100_000

async function programOf({ text, file }: Script, args: readonly string[], directory: string): Promise<Program> {
  if ([text ?? '', file ?? '', ...args].some((part) => part.includes('\0')))
    throw new PermanentError('InvalidScript', 'A script or one of its arguments holds a NUL character.')
  if (file !== undefined) return programOfFile(file, args)
  if (text === undefined) throw new PermanentError('InvalidScript', 'There is neither a command nor a script to run.')
  if (Buffer.byteLength(text) < longestArgument) return { command: 'bash', args: ['-c', text, 'bash', ...args] }
  const long = join(directory, '.command.sh')
  await writeFile(long, text, { mode: 0o700 })
  return { command: 'bash', args: [long, ...args] }
}

async function programOfFile(file: string, args: readonly string[]): Promise<Program> {
  await chmod(file, 0o700)
  const start = await firstBytes(file)
  const runsItself = start.startsWith('#!') || start === '\x7fELF'
  return runsItself ? { command: file, args } : { command: 'bash', args: [file, ...args] }
}

async function firstBytes(file: string): Promise<string> {
  await using handle = await open(file)
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0)
  return buffer.toString('latin1', 0, bytesRead)
}

function describe({ code, signal }: ProcessEnd, lastLines: string): string {
  const how = code === null ? `was ended by ${signal}${signal === 'SIGKILL' ? killed : ''}` : `exited with code ${code}${partEnded(code)}`
  return lastLines
    ? `The command ${how}. Its error output ended with:\n${lastLines}`
    : `The command ${how} and wrote nothing to its error output.`
}

const killed = ', perhaps because memory ran out'

/** What a shell's exit code says of the signal that ended its last command. */
function partEnded(code: number): string {
  return code === 128 + constants.signals.SIGKILL ? `: a process of it was ended by SIGKILL${killed}` : ''
}
