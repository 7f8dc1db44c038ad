import { spawn, type ChildProcess } from 'node:child_process'
import { markName, workerMark } from './attempt-mark.ts'

/** Ends the processes of attempts when their worker is gone, however it went: the last resort for `kill -9`. */
export interface ChildGuard {
  /** Guards a process group; the answer takes it off again. */
  guard(group: number): () => void
  /** Ends the guard without ending anything else. */
  close(): void
}

/** A guard that starts with the first group: a shell that does nothing but read its standard input. The kernel closes that with the
 *  worker, and then the groups are killed, and whatever else carries this worker's mark or stands in a folder of
 *  its name. */
export function createChildGuard(): ChildGuard {
  let shell: ChildProcess | undefined
  const tell = (line: string): void => void shell?.stdin?.write(`${line}\n`)
  return {
    guard(group) {
      shell ??= startShell(() => (shell = undefined))
      tell(`add ${group}`)
      return () => tell(`remove ${group}`)
    },
    close: () => tell('quit'),
  }
}

const script = `
without_terminal() {
  local stat=$(< "$1/stat")
  set -- \${stat##*) }
  [ "$5" = 0 ]
}
declare -A groups
while read -r what group; do
  case $what in
    add) groups[$group]=1 ;;
    remove) unset "groups[$group]" ;;
    quit) exit ;;
  esac
done
for group in "\${!groups[@]}"; do kill -KILL -- "-$group"; done
for pass in 1 2 3; do
  grep -lzs "^$1\\." /proc/[0-9]*/environ | while IFS=/ read -r _ _ pid _; do kill -KILL "$pid"; done
  for pid in /proc/[0-9]*; do [[ $(readlink "$pid/cwd") == */"\${1#*=}".* ]] && without_terminal "$pid" && kill -KILL "\${pid#/proc/}"; done
done
`

/** In a session of its own, so that a Ctrl-C at the terminal does not end it before its worker. */
function startShell(gone: () => void): ChildProcess {
  const shell = spawn('bash', ['-c', script, 'sluice-child-guard', `${markName}=${workerMark()}`], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: process.env.PATH },
  })
  shell.once('exit', gone)
  shell.once('error', gone)
  shell.stdin?.on('error', gone)
  shell.unref()
  if (shell.stdin && 'unref' in shell.stdin && typeof shell.stdin.unref === 'function') shell.stdin.unref()
  return shell
}
