import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { isMark, isOrphanMark, markName } from './attempt-mark.ts'

/** Sends a signal to every process of a group; false when the group has none left. */
export function signalGroup(group: number, signal: NodeJS.Signals): boolean {
  if (!Number.isSafeInteger(group) || group <= 1) throw new Error(`${group} is not a process group that a worker can have started.`)
  try {
    process.kill(-group, signal)
    return true
  } catch {
    return false
  }
}

/** Kills every process that carries the mark or stands in the folder of its name, whatever session or group it fled to; returns how many. Looks again until none is
 *  left, since a process may fork between the look and the kill. */
export function killMarked(mark: string): number {
  return killWhere((found) => found === mark)
}

/** Kills what attempts of dead workers left behind on this machine; returns how many processes. */
export function killOrphans(): number {
  return killWhere(isOrphanMark)
}

function killWhere(wanted: (mark: string) => boolean): number {
  let total = 0
  for (let pass = 0; pass < 20; pass++) {
    const victims = marked().filter(({ mark }) => wanted(mark))
    if (victims.length === 0) break
    total += victims.filter(({ pid }) => killOne(pid)).length
  }
  return total
}

function killOne(pid: number): boolean {
  try {
    process.kill(pid, 'SIGKILL')
    return true
  } catch {
    return false // gone in the meantime
  }
}

function marked(): { pid: number; mark: string }[] {
  if (process.platform !== 'linux') return [] // without /proc only process groups are killed
  const pids = processIds()
  return pids.flatMap((name) => {
    const mark = Number(name) === process.pid ? undefined : markOf(name)
    return mark === undefined ? [] : [{ pid: Number(name), mark }]
  })
}

/** None when no file handle is left to look with: an attempt that ended well has not failed by that. */
function processIds(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  } catch {
    return []
  }
}

function markOf(pid: string): string | undefined {
  return markInEnvironment(pid) ?? markOfFolder(pid)
}

/** What emptied its environment may still stand in its attempt's work directory, which is named by the mark. A person who looks around in there has
 *  a terminal, which processes of attempts have not. */
function markOfFolder(pid: string): string | undefined {
  try {
    const mark = readlinkSync(`/proc/${pid}/cwd`).split('/').find(isMark)
    return mark !== undefined && terminalOf(pid) === '0' ? mark.replace(' (deleted)', '') : undefined
  } catch {
    return undefined // gone, or another user's
  }
}

function terminalOf(pid: string): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[4]
}

function markInEnvironment(pid: string): string | undefined {
  try {
    const environment = `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`
    const start = environment.indexOf(`\0${markName}=`)
    if (start < 0) return undefined
    const from = start + markName.length + 2
    return environment.slice(from, environment.indexOf('\0', from))
  } catch {
    return undefined // gone, or another user's
  }
}
