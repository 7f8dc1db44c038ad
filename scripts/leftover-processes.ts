import { readdirSync, readFileSync } from 'node:fs'

/** A process that outlived the run that started it. */
export interface LeftoverProcess {
  readonly pid: number
  readonly command: string
}

/** Environment variable by which the processes of one test run are known; its value is unique to the run. */
export const runMarker = 'SLUICE_TEST_RUN'

/** Living processes of a run: those of its session, and those that left the session but inherited the run's marker.
 *  Both are asked, since a daemon makes a session of its own and some servers write over their environment. */
export function leftoverProcesses(run: { readonly marker: string; readonly session: number }): LeftoverProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => isOfSession(pid, run.session) || hasMarker(pid, run.marker))
    .map((pid) => ({ pid: Number(pid), command: read(pid, 'cmdline').replaceAll('\0', ' ').trim() }))
}

function isOfSession(pid: string, session: number): boolean {
  const [state, , , sessionText] = read(pid, 'stat').split(') ').at(-1)?.split(' ') ?? []
  return state !== 'Z' && Number(sessionText) === session
}

function hasMarker(pid: string, marker: string): boolean {
  return read(pid, 'environ').split('\0').includes(`${runMarker}=${marker}`)
}

/** Empty when the process has ended meanwhile, or belongs to somebody else. */
function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}
