import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new folder that is removed with all it holds when its scope ends. It is 0700 unless `mode` says otherwise. */
export function temporaryFolder({ mode, uid }: { mode?: number; uid?: number } = {}): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'sluice-test-'))
  if (mode !== undefined) chmodSync(path, mode)
  if (uid !== undefined) chownSync(path, uid, uid)
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) }
}
