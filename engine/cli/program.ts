import { existsSync, readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { addActivate } from './activate.ts'
import { addApply } from './apply.ts'
import { addBackfill } from './backfill.ts'
import { addBackfills } from './backfills.ts'
import { addCancel } from './cancel.ts'
import { addConvert } from './convert.ts'
import { addDeactivate } from './deactivate.ts'
import { addDelete } from './delete.ts'
import { addExplain } from './explain.ts'
import { addFinish } from './finish.ts'
import { addFmt } from './fmt.ts'
import { addGraph } from './graph.ts'
import { addImport } from './import.ts'
import { addPools } from './pools.ts'
import { addPurge } from './purge.ts'
import { addRerun } from './rerun.ts'
import { reportError } from './report-error.ts'
import { addLogs } from './logs.ts'
import { addMigrate } from './migrate.ts'
import { addNew } from './new.ts'
import { addPause } from './pause.ts'
import { addPlan } from './plan.ts'
import { addResume } from './resume.ts'
import { addRun } from './run.ts'
import { addRuns } from './runs.ts'
import { addSchema } from './schema.ts'
import { addServer } from './server.ts'
import { addSimulate } from './simulate.ts'
import type { Terminal } from './terminal.ts'
import { addTest } from './test.ts'
import { addUp } from './up.ts'
import { addValidate } from './validate.ts'
import { addWhy } from './why.ts'
import { addWorker } from './worker.ts'

/** Runs the command line and resolves to the exit code. Never rejects: whatever goes wrong is told in a sentence. */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode = 0
  const program = createProgram(terminal, (code) => (exitCode = code))
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2 // commander has told it
    return reportError(error, terminal, process.env)
  }
}

function createProgram(terminal: Terminal, done: (exitCode: number) => void): Command {
  const program = new Command('sluice')
    .description('Runs ETL pipelines in the style of AWS Data Pipeline: definitions in YAML or in its own JSON.')
    .version(ownVersion(), '-V, --version')
    .exitOverride()
    .configureOutput({ getOutHasColors: () => false, getErrHasColors: () => false })
    .showSuggestionAfterError()
    .addHelpText('after', '\nBegin with:\n  sluice run pipelines/examples/flights.yaml')
  const surroundings = { terminal, done }
  const commands = [
    addRun,
    addNew,
    addPlan,
    addSimulate,
    addValidate,
    addTest,
    addConvert,
    addFmt,
    addImport,
    addUp,
    addServer,
    addWorker,
    addMigrate,
    addApply,
    addRuns,
    addWhy,
    addLogs,
    addRerun,
    addBackfill,
    addBackfills,
    addCancel,
    addFinish,
    addPause,
    addResume,
    addActivate,
    addDeactivate,
    addDelete,
    addPools,
    addPurge,
    addExplain,
    addSchema,
    addGraph,
  ]
  for (const add of commands) add(program, surroundings)
  return program
}

/** Of the package this file belongs to, as source or built. */
function ownVersion(): string {
  for (const up of ['../../', '../../../']) {
    const manifest = new URL(`${up}package.json`, import.meta.url)
    if (existsSync(manifest)) return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
  }
  return 'unknown'
}
