/** `node scripts/check-fresh.ts FOLDER SCRIPT`: writes generated files again with `npm run SCRIPT`, and fails when that changes FOLDER. */
import { spawnSync } from 'node:child_process'

const [folder, script] = process.argv.slice(2)
if (folder === undefined || script === undefined) throw new Error('Name the folder of the generated files and the script that writes them.')

run('npm', 'run', '--silent', script)
const changed = run('git', 'status', '--porcelain', '--', folder)
if (changed !== '') {
  console.error(`${folder} is not fresh: run \`npm run ${script}\` and commit what it changes.\n${changed}`)
  process.exitCode = 1
}

function run(command: string, ...args: string[]): string {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed.`)
  return stdout
}
