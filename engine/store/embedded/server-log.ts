import { closeSync, constants, copyFileSync, fstatSync, ftruncateSync, openSync, readSync, rmSync } from 'node:fs'

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_RDWR } = constants
const largestBytes = 4 * 1024 * 1024
const checkEveryMs = 60_000

/** The server's log file, which it appends to through `fd`. With the one file of older lines it stays around 8 MB. */
export interface ServerLog {
  readonly fd: number
  /** What was appended since it was opened, at most the last 8 KiB. */
  tail(): string
  close(): void
}

export function openServerLog(path: string): ServerLog {
  const fd = openSync(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, 0o600)
  keepBounded(path, fd)
  const start = fstatSync(fd).size
  const timer = setInterval(() => keepBounded(path, fd), checkEveryMs).unref()
  return {
    fd,
    tail: () => read(fd, start),
    close() {
      clearInterval(timer)
      closeSync(fd)
    },
  }
}

/** The file is emptied, not renamed, since the server has it open. It appends, so that it goes on at the new end. */
function keepBounded(path: string, fd: number): void {
  if (fstatSync(fd).size <= largestBytes) return
  rmSync(`${path}.1`, { force: true })
  copyFileSync(path, `${path}.1`)
  ftruncateSync(fd)
}

function read(fd: number, start: number): string {
  const { size } = fstatSync(fd)
  const from = Math.max(start, size - 8192)
  const buffer = Buffer.alloc(Math.max(0, size - from))
  return buffer.toString('utf8', 0, readSync(fd, buffer, 0, buffer.length, from))
}
