import { existsSync } from 'node:fs'

const libraries = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib'].map(
  (folder) => `${folder}/faketime/libfaketimeMT.so.1`,
)

/** Environment of a process whose clock is off by so much, such as `+1h`; its timers keep their pace. `file` says by how much, for one whose clock steps. */
export function wrongClock(by: string | { readonly file: string }): Readonly<Record<string, string>> {
  const library = libraries.find((path) => existsSync(path))
  if (library === undefined) throw new Error('These tests need libfaketime: run `apt-get install faketime`.')
  const common = { LD_PRELOAD: library, FAKETIME_DONT_FAKE_MONOTONIC: '1' }
  return typeof by === 'string' ? { ...common, FAKETIME: by } : { ...common, FAKETIME_TIMESTAMP_FILE: by.file, FAKETIME_NO_CACHE: '1' }
}
