import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startEngine } from '../../engine/app.ts'
import { startEmbedded } from '../../engine/store/embedded/embedded.ts'
import { readSettings } from '../../engine/support/settings.ts'
import { query } from '../support/postgres.ts'
import { activated } from '../support/scheduled-pipeline.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'

const definition = (at: (name: string) => string): string => `
sluice: 1
name: full
defaults: { scheduleType: ondemand }
activities:
  runs: { type: ShellCommandActivity, command: "until [ -e ${at('go')} ]; do sleep 0.1; done; echo runs >> ${at('ran')}" }
  next: { type: ShellCommandActivity, command: "echo next >> ${at('ran')}", dependsOn: runs }
`

/** An ending takes more room than is left: the tables of a test are so small that what is stored of it would find some in their first page. */
const needsRoom = `
  create table sluice.ballast (bytes text);
  alter table sluice.ballast alter column bytes set storage external;
  create function sluice.take_room() returns trigger language plpgsql as $$ begin
    insert into sluice.ballast values (repeat('x', 300000));
    return new;
  end $$;
  create trigger take_room before update on sluice.attempts for each row when (new.status = 'FINISHED') execute function sluice.take_room();`

test('F15: while the disk of PostgreSQL is full, what runs goes on; its end is told, kept, and stored once there is room', async ({
  skip,
}) => {
  await using opened = new AsyncDisposableStack()
  const disk = opened.use(temporaryFolder({ mode: 0o711 }))
  const folder = opened.use(temporaryFolder())
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=200m,mode=711', 'tmpfs', disk.path]).status !== 0)
    skip('F15 needs root, to mount a small tmpfs')
  opened.defer(async () => void (await until(() => spawnSync('umount', [disk.path]).status === 0))) // the last process of the server may still be ending
  const at = (name: string): string => join(folder.path, name)
  const server = await startEmbedded(disk.path)
  opened.defer(() => server.stop())
  const { host, port, user, database } = server.connection
  const databaseUrl = `postgres://${user}@${encodeURIComponent(host)}:${port}/${database}`
  const told: string[] = []
  const settings = readSettings({ PATH: process.env['PATH'] }, { home: folder.path, databaseUrl })
  const engine = await startEngine(settings, (sentence) => told.push(sentence))
  opened.defer(() => engine.stop('now'))
  const filler = join(disk.path, 'filler')
  opened.defer(() => rmSync(filler, { force: true }))

  await query(server.connection, needsRoom)
  await activated(engine.store, definition(at))
  const running = `select 1 from sluice.attempts where status = 'RUNNING'`
  await until(async () => (await query(server.connection, running)).length > 0, { deadlineMs: 30_000 })
  spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=64k'])
  writeFileSync(at('go'), '')
  const refusals = () => told.filter((sentence) => sentence.includes('No space left on device')).length
  await until(() => refusals() >= 2, { deadlineMs: 30_000, what: 'the end of what ran is told and tried again' })
  expect(readFileSync(at('ran'), 'utf8')).toBe('runs\n')

  rmSync(filler)
  const finished = `select 1 from sluice.pipelines where state = 'FINISHED'`
  await until(async () => (await query(server.connection, finished)).length > 0, { deadlineMs: 60_000 })
  expect(readFileSync(at('ran'), 'utf8')).toBe('runs\nnext\n')
  expect(await query(server.connection, `select number, status from sluice.attempts order by id`)).toEqual([
    { number: 1, status: 'FINISHED' },
    { number: 1, status: 'FINISHED' },
  ])
}, 120_000)
