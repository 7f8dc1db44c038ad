import { ftruncateSync, writeSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Cluster } from './cluster.ts'
import { makeDatabase } from './connect.ts'
import { held, homeNotUsable } from './failures.ts'
import { tryLock, waitForLock, type FileLock } from './file-lock.ts'
import { initialise } from './initialise.ts'
import { settleOwnership } from './ownership.ts'
import { readPostmasterFile } from './postmaster-file.ts'
import { startServer } from './server-process.ts'
import { share, type Part } from './share.ts'
import { makeSocketDirectory } from './socket-directory.ts'

/** Servers end with their owner. One that is there without an owner gets this long to be gone before it is taken for an orphan. */
const graceMs = 1000
const stopTimeoutMs = 20_000

/** The owner's part: the server is started, after initialising the home, or an orphan is adopted. Takes `ownership` over. */
export async function own(cluster: Cluster, ownership: FileLock): Promise<Part> {
  try {
    ftruncateSync(ownership.fd)
    writeSync(ownership.fd, `${process.pid}\n`) // for error messages only
    const lock = await waitForLock(cluster.layout.serverLock, graceMs)
    return await (lock === undefined ? adopt(cluster, ownership) : start(cluster, ownership, lock))
  } catch (error) {
    ownership.release()
    throw homeNotUsable(cluster.layout.home, error)
  }
}

async function start(cluster: Cluster, ownership: FileLock, lock: FileLock): Promise<Part> {
  const { layout, privilege, socketDirectory, database } = cluster
  try {
    await settleOwnership(cluster)
    await initialise(cluster)
    await rm(join(layout.data, 'postmaster.pid'), { force: true }) // stale, or the lock would not be ours
    await makeSocketDirectory(socketDirectory, privilege.owner)
    const server = await startServer(cluster, lock)
    const lost = server.ended.finally(() => ownership.release()) // so that whoever revives first may own it
    const part = { owned: true, pid: server.pid, socketDirectory, lost, leave: () => end(cluster, server.pid, ownership) }
    await makeDatabase(socketDirectory, database).catch((error: unknown) => part.leave().then(() => Promise.reject(error)))
    return part
  } finally {
    lock.release() // the server holds it now
  }
}

async function adopt(cluster: Cluster, ownership: FileLock): Promise<Part> {
  const { layout, startTimeoutMs } = cluster
  for (const deadline = Date.now() + startTimeoutMs; Date.now() < deadline; await delay(20)) {
    const part = await share(cluster)
    if (part !== undefined) {
      const leave = () => part.leave().then(() => end(cluster, part.pid, ownership))
      return { ...part, owned: true, lost: part.lost.finally(() => ownership.release()), leave }
    }
    const lock = await tryLock(layout.serverLock)
    if (lock !== undefined) return start(cluster, ownership, lock)
  }
  const pid = (await readPostmasterFile(layout.data))?.pid
  throw held(layout.home, `the server with process id ${pid ?? 'unknown'}`)
}

/** Ends the server and resolves when none of its processes is left. */
async function end({ layout }: Cluster, pid: number, ownership: FileLock): Promise<void> {
  try {
    for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
      if ((await readPostmasterFile(layout.data))?.pid === pid) kill(pid, signal)
      const lock = await waitForLock(layout.serverLock, stopTimeoutMs)
      lock?.release()
      if (lock !== undefined) return
    }
    throw held(layout.home, `the server with process id ${pid}, told to stop`)
  } finally {
    ownership.release()
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    const gone = error instanceof Error && 'code' in error && error.code === 'ESRCH'
    if (!gone) throw error
  }
}
