import { statSync } from 'node:fs'
import { chmod, chown, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startEmbedded } from '../../../engine/store/embedded/embedded.ts'
import { choosePrivilege } from '../../../engine/store/embedded/privilege.ts'
import { startHolder } from '../../support/embedded-holder.ts'
import { query } from '../../support/postgres.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const isRoot = process.getuid?.() === 0
const nobody = 65534

test.runIf(isRoot)('root runs the server as nobody when everyone may pass through the home', async () => {
  using folder = temporaryFolder({ mode: 0o755 })
  const home = join(folder.path, 'home')
  const server = await startEmbedded(home)
  const user = statSync(`/proc/${server.pid}`).uid
  await query(server.connection, 'select 1')
  await server.stop()
  expect(user).toBe(nobody)
  // Its user must not own the folder, where root writes the log.
  expect(statSync(join(home, 'postgres')).uid).toBe(0)
})

test.runIf(isRoot)('root runs the server in a user namespace when the home is 0700', async () => {
  using folder = temporaryFolder()
  expect((await choosePrivilege(folder.path, '/usr/bin/true')).way).toBe('user namespace')
  const server = await startEmbedded(folder.path)
  const rows = await query(server.connection, 'select 1 as one')
  await server.stop()
  expect(rows).toEqual([{ one: 1 }])
})

test.runIf(isRoot)('a home goes on when the way to run it changes', async () => {
  using folder = temporaryFolder({ mode: 0o755 })
  const home = join(folder.path, 'home')
  await mkdir(home)
  const owners: number[] = []
  for (const mode of [0o711, 0o700, 0o711]) {
    await chmod(home, mode)
    const server = await startEmbedded(home)
    await query(server.connection, 'create table if not exists kept (n int)')
    await server.stop()
    owners.push(statSync(join(home, 'postgres/data/global')).uid)
  }
  expect(owners).toEqual([nobody, 0, nobody])
})

test.runIf(isRoot)('an ordinary user runs the server directly', async () => {
  using home = temporaryFolder({ uid: nobody })
  await using holder = startHolder(home.path, { uid: nobody })
  const { connection, owned } = await holder.report
  expect(owned).toBe(true)
  expect(await query(connection, 'select 1 as one')).toEqual([{ one: 1 }])
})

test.runIf(isRoot)('a user without a name runs it too', async () => {
  using home = temporaryFolder({ uid: 54321 })
  await using holder = startHolder(home.path, { uid: 54321 })
  expect(await holder.report).toMatchObject({ owned: true })
})

test.runIf(isRoot)("root leaves an ordinary user's home that user's own", async () => {
  using home = temporaryFolder({ uid: nobody })
  await (await startEmbedded(home.path)).stop()
  const names = ['', 'data', 'data/base', 'server.log', 'owner.lock', 'server.lock', 'socket']
  expect(names.filter((name) => statSync(join(home.path, 'postgres', name)).uid !== nobody)).toEqual([])
  await using holder = startHolder(home.path, { uid: nobody })
  expect(await holder.report).toMatchObject({ owned: true })
})

test.runIf(isRoot)('root is told why when the home of a user lies where that user may not go', async () => {
  using folder = temporaryFolder()
  const home = join(folder.path, 'home')
  await mkdir(home)
  await chown(home, nobody, nobody)
  await expect(startEmbedded(home)).rejects.toThrow(`may not enter ${folder.path}`)
})
