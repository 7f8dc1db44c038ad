import { reportError } from './report-error.ts'
import { runProgram } from './program.ts'
import { processTerminal } from './terminal.ts'

const terminal = processTerminal()
const fail = (error: unknown): never => process.exit(reportError(error, terminal, process.env))
process.on('uncaughtException', fail)
process.on('unhandledRejection', fail)

const exitCode = await runProgram(process.argv.slice(2), terminal)
process.exit(exitCode) // whatever a library leaves open does not keep the person waiting
