import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, openSync } from 'node:fs'
import { unsupportedPlatform } from './failures.ts'

const { O_CREAT, O_NOFOLLOW, O_RDWR } = constants

/** A lock of the kernel on an open file: it ends with the last process that has the file open, however that ends. */
export interface FileLock {
  /** Give it to a child process, and the child holds the lock too. */
  readonly fd: number
  /** Closes this process's hold. Doing it again does nothing. */
  release(): void
}

/** The lock if nobody holds it. */
export async function tryLock(path: string): Promise<FileLock | undefined> {
  return lock(path, ['--nonblock'])
}

/** The lock as soon as it is free, or nothing after `timeoutMs`. */
export async function waitForLock(path: string, timeoutMs: number): Promise<FileLock | undefined> {
  return lock(path, ['--wait', String(timeoutMs / 1000)])
}

async function lock(path: string, patience: string[]): Promise<FileLock | undefined> {
  const held = open(path)
  try {
    // Node cannot flock(2). A lock belongs to the open file, which child and parent share: the child takes it, the parent keeps it.
    const flock = spawn('flock', ['--exclusive', ...patience, '3'], { stdio: ['ignore', 'ignore', 'ignore', held.fd] })
    const [code] = await once(flock, 'exit')
    if (code === 0) return held
  } catch (error) {
    held.release()
    throw unsupportedPlatform('the command flock (of util-linux) cannot be run', error)
  }
  held.release()
  return undefined
}

function open(path: string): FileLock {
  const fd = openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0o600)
  let closed = false
  return {
    fd,
    release() {
      if (!closed) closeSync(fd)
      closed = true
    },
  }
}
