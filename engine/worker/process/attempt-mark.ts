import { readFileSync, readlinkSync } from 'node:fs'

/** The environment variable that every process of an attempt inherits, whatever session or group it moves to. */
export const markName = 'SLUICE_ATTEMPT'

/** The mark of an attempt's processes: `<pid namespace>.<worker pid>.<worker start>.<attempt key>`. Unique on the machine until it
 *  is booted again, and it names its worker, so that what a dead worker left behind can be told from what a live one runs. */
export function attemptMark(attemptKey: string): string {
  return `${workerMark()}.${attemptKey}`
}

/** What the marks of all attempts of this process begin with. */
export function workerMark(): string {
  return (ownPrefix ??= prefixOf(process.pid) ?? `0.${process.pid}.0`)
}

/** Whether a name is that of a mark; what is deleted is told by Linux behind the name. */
export function isMark(name: string): boolean {
  return /^\d+\.\d+\.\d+\.[a-z0-9_]+( \(deleted\))?$/.test(name)
}

/** Whether the worker named in a mark has died. Marks of other pid namespaces are never known to be dead. */
export function isOrphanMark(mark: string): boolean {
  const [namespace, pid] = mark.split('.')
  if (!namespace || !pid || namespace !== pidNamespace()) return false
  const prefix = prefixOf(Number(pid))
  return prefix === undefined || !mark.startsWith(`${prefix}.`)
}

let ownPrefix: string | undefined

function prefixOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined // it has ended, and its parent has not looked yet
    return `${pidNamespace()}.${pid}.${fields[19]}`
  } catch {
    return undefined // no such process
  }
}

function pidNamespace(): string {
  return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0'
}
