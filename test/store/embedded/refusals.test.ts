import { spawnSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SluiceError } from '../../../engine/errors.ts'
import { startEmbedded } from '../../../engine/store/embedded/embedded.ts'
import { startHolder } from '../../support/embedded-holder.ts'
import { startTestPostgres } from '../../support/postgres.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const isRoot = process.getuid?.() === 0

test('a home that cannot be a folder is refused by name', async () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'file')
  await writeFile(file, '')
  const error = await refusal(startEmbedded(join(file, 'home')))
  expect(error.message).toContain(`The home ${file}/home cannot be written`)
  expect(error.hint).toContain('SLUICE_HOME')
})

test.runIf(isRoot)('a home that the user may not write is refused', async () => {
  using home = temporaryFolder({ mode: 0o755 })
  await using holder = startHolder(home.path, { uid: 65534 })
  expect(await holder.report).toMatchObject({ exitCode: 3, error: expect.stringContaining(`The home ${home.path} cannot be written`) })
})

test('a data directory of another major version is refused, with the way to bring its data over', async () => {
  using folder = temporaryFolder()
  await (await startEmbedded(folder.path)).stop()
  await writeFile(join(folder.path, 'postgres/data/PG_VERSION'), '17\n')
  const error = await refusal(startEmbedded(folder.path))
  expect(error.message).toContain('belongs to PostgreSQL 17, but this Sluice brings PostgreSQL 18')
  expect(error.hint).toContain('sluice backup')
})

test('a data directory that is none is refused and not touched', async () => {
  using folder = temporaryFolder()
  await mkdir(join(folder.path, 'postgres/data'), { recursive: true })
  await writeFile(join(folder.path, 'postgres/data/mine.txt'), 'mine')
  expect((await refusal(startEmbedded(folder.path))).message).toContain('ENOTEMPTY')
})

test('a server that does not answer is named', async () => {
  await using postgres = await startTestPostgres()
  process.kill(postgres.server.pid, 'SIGSTOP')
  try {
    const error = await refusal(startEmbedded(postgres.home, { answerTimeoutMs: 200 }))
    expect(error.message).toContain(`held by the server with process id ${postgres.server.pid}, which does not answer`)
  } finally {
    process.kill(postgres.server.pid, 'SIGCONT')
  }
})

test('a server that cannot start says why in its own words', async () => {
  using folder = temporaryFolder()
  await (await startEmbedded(folder.path)).stop()
  await writeFile(join(folder.path, 'postgres/data/postgresql.conf'), 'max_connections = many')
  const error = await refusal(startEmbedded(folder.path))
  expect(error.message).toContain('invalid value for parameter "max_connections": "many"')
  expect(error.hint).toContain('server.log')
})

test('a full disk is called a full disk, at the first start and at a later one', async ({ skip }) => {
  using folder = temporaryFolder()
  const mount = (size: string) => spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder.path]).status === 0
  const unmount = () => spawnSync('umount', [folder.path])
  if (!mount('20m')) skip('mounting a small tmpfs needs root')
  try {
    expect((await refusal(startEmbedded(folder.path))).message).toContain(`The disk of ${folder.path} is full`)
  } finally {
    unmount()
  }
  mount('150m')
  try {
    await (await startEmbedded(folder.path)).stop()
    spawnSync('dd', ['if=/dev/zero', `of=${folder.path}/filler`, 'bs=4k'])
    expect((await refusal(startEmbedded(folder.path))).message).toContain(`The disk of ${folder.path} is full`)
  } finally {
    unmount()
  }
})

async function refusal(start: Promise<unknown>): Promise<SluiceError> {
  const error = await start.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof SluiceError)) throw new Error('It was not refused as it should be', { cause: error })
  expect(error.exitCode).toBe(3)
  return error
}
