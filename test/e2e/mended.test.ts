import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { jsonLines, sluice } from '../support/cli.ts'
import { leftInWork, processesOf } from '../support/home.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { startUp } from '../support/up.ts'

/** A definition in a folder of its own, with a home beside it. */
function scene(lines: (at: (name: string) => string) => string): Disposable & { home: string; file: string; at: (name: string) => string } {
  const folder = temporaryFolder()
  const at = (name: string): string => join(folder.path, name)
  writeFileSync(at('scene.yaml'), lines(at))
  return { home: at('home'), file: at('scene.yaml'), at, [Symbol.dispose]: () => folder[Symbol.dispose]() }
}

const status = async (home: string, name: string): Promise<Record<string, unknown>> =>
  Object.fromEntries(jsonLines((await sluice(['runs', name, '--json'], { home })).stdout).map((run) => [run['componentId'], run['status']]))

test('a long task that is cancelled from another process loses its processes and publishes nothing; run again it does', async () => {
  using it = scene(
    (at) => `
sluice: 1
name: long
defaults: { scheduleType: ondemand, failureAndRerunMode: cascade }
dataNodes: { out: { type: S3DataNode, directoryPath: s3://bucket/out } }
activities:
  write:
    type: ShellCommandActivity
    stage: true
    output: out
    command: "echo whole > $OUTPUT1_STAGING_DIR/part; touch ${at('begun')}; [ -e ${at('open')} ] || exec sleep 100000"
  then: { type: ShellCommandActivity, command: "true", dependsOn: write }
`,
  )
  await using up = startUp([it.file], { home: it.home, env: { SLUICE_LEASE_MS: '3000' } })
  await until(() => existsSync(it.at('begun')), { deadlineMs: 30_000 })
  const canceled = await sluice(['cancel', 'long', 'write', '--json'], { home: it.home })
  expect({ code: canceled.code, stderr: canceled.stderr }).toEqual({ code: 0, stderr: '' })
  const changes = jsonLines(canceled.stdout).map(({ task, was, status: now }) => `${String(task)}: ${String(was)}, ${String(now)}`)
  expect(new Set(changes)).toEqual(
    new Set(['out: WAITING_ON_DEPENDENCIES, CASCADE_FAILED', 'then: WAITING_ON_DEPENDENCIES, CASCADE_FAILED', 'write: RUNNING, CANCELED']),
  )
  await until(() => leftInWork(it.home).length === 0, { deadlineMs: 30_000 })
  expect(processesOf(it.home, up.child.pid).filter((pid) => sleeps(pid))).toEqual([])
  expect(existsSync(join(it.home, 's3/bucket/out/part'))).toBe(false)

  writeFileSync(it.at('open'), '')
  expect((await sluice(['rerun', 'long', 'write', '--yes'], { home: it.home })).code).toBe(0)
  await until(() => up.endings.length === 2, { deadlineMs: 30_000 })
  expect(up.endings).toEqual([
    expect.objectContaining({ task: 'write', attempt: 2, status: 'FINISHED' }),
    expect.objectContaining({ task: 'then', attempt: 1, status: 'FINISHED' }),
  ])
  expect(existsSync(join(it.home, 's3/bucket/out/part'))).toBe(true)
}, 120_000)

test('a chain that failed is mended and run again until its pipeline is FINISHED', async () => {
  using it = scene(
    (at) => `
sluice: 1
name: chain
defaults: { scheduleType: ondemand, failureAndRerunMode: cascade, maximumRetries: 0 }
activities:
  first: { type: ShellCommandActivity, command: "true" }
  second: { type: ShellCommandActivity, command: "test -e ${at('mended')}", dependsOn: first }
  third: { type: ShellCommandActivity, command: "true", dependsOn: second }
`,
  )
  await using up = startUp([it.file], { home: it.home })
  await until(() => up.endings.length === 2, { deadlineMs: 30_000 })
  await until(async () => (await sluice(['runs'], { home: it.home })).stdout.includes('FINISHED  '), { deadlineMs: 30_000 })
  expect(await status(it.home, 'chain')).toEqual({ first: 'FINISHED', second: 'FAILED', third: 'CASCADE_FAILED' })

  const refused = await sluice(['rerun', 'chain', 'third', '--yes'], { home: it.home })
  expect(refused.code).toBe(2)
  expect(refused.stderr).toMatch(
    /third of chain cannot run again for \S+: second, which it depends on, is FAILED\.\n.*sluice rerun chain second --interval /,
  )

  writeFileSync(it.at('mended'), '')
  const again = await sluice(['rerun', 'chain', 'second', '--yes'], { home: it.home })
  expect(again.stdout).toMatch(/second: FAILED, runs again\n[^\n]*third: CASCADE_FAILED, runs again, with it\n/)
  await until(() => up.endings.length === 4, { deadlineMs: 30_000 })
  expect(await status(it.home, 'chain')).toEqual({ first: 'FINISHED', second: 'FINISHED', third: 'FINISHED' })
  await until(async () => /chain +FINISHED/.test((await sluice(['runs'], { home: it.home })).stdout), { deadlineMs: 30_000 })
}, 120_000)

test('a pipeline that is deactivated while it runs goes on with the same run when it is activated again', async () => {
  using it = scene(
    (at) => `
sluice: 1
name: daily
defaults: { scheduleType: cron, schedule: once }
schedules: { once: { period: 1 day, startAt: FIRST_ACTIVATION_DATE_TIME, occurrences: 1 } }
activities:
  long: { type: ShellCommandActivity, command: "touch ${at('begun')}; [ -e ${at('open')} ] || exec sleep 100000" }
  then: { type: ShellCommandActivity, command: "true", dependsOn: long }
`,
  )
  await using first = startUp([it.file], { home: it.home, env: { SLUICE_LEASE_MS: '3000' } })
  await until(() => existsSync(it.at('begun')), { deadlineMs: 30_000 })
  const { code, stdout } = await sluice(['deactivate', 'daily', '--yes'], { home: it.home })
  expect(code).toBe(0)
  expect(stdout).toMatch(/^daily df-\w+ INACTIVE\n[^]*long: RUNNING → CANCELED\n/)
  await until(() => leftInWork(it.home).length === 0, { deadlineMs: 30_000 })
  writeFileSync(it.at('open'), '')
  await using second = startUp([it.file], { home: it.home })
  await until(() => first.endings.length + second.endings.length === 2, { deadlineMs: 30_000 })
  expect([...first.endings, ...second.endings].map(({ task, attempt, status: ended }) => `${task} ${attempt} ${ended}`)).toEqual(
    expect.arrayContaining(['long 2 FINISHED', 'then 1 FINISHED']),
  )
}, 120_000)

function sleeps(pid: number): boolean {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('sleep')
}
