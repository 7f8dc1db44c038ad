import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { hazardGround, type HazardGround, type HazardWorker } from './rig/hazard-ground.ts'

test.skipIf(smallDiskMissing() !== undefined)(
  'F40: a command that fills its worker’s disk fails with that reason; while the disk is full the worker takes nothing, and afterwards it does',
  async () => {
    await using ground = await hazardGround()
    using small = smallDisk(join(ground.folder, 'small'))
    const worker = await ground.startWorker({ home: small.path, group: 'small', leaseMs: 30_000 })
    const once = join(ground.folder, 'once')
    // Nor can what it writes afterwards be kept.
    const fill = `[ -e ${once} ] || { touch ${once}; head -c 200M /dev/zero > filled; failed=$?; yes | head -c 1M; exit $failed; }`
    await ground.apply(definitionOf('fill', 'small', fill))
    await ground.settled()
    expect(await ground.attempts()).toEqual(['fill 1 FAILED ShellCommandFailed', 'fill 2 FINISHED'])
    expect(await ground.rows(`select error_message as said from sluice.attempts where number = 1`)).toEqual([
      { said: expect.stringContaining('No space left on device') as string },
    ])

    writeFileSync(join(small.path, 'ballast'), Buffer.alloc(60 * 2 ** 20))
    await untilItTakesNoMore(ground, worker)
    await ground.apply(definitionOf('waits', 'small', 'true'))
    await ground.apply(definitionOf('elsewhere', 'default', 'true'))
    ground.help()
    await until(async () => (await ground.attempts()).includes('elsewhere 1 FINISHED'), { deadlineMs: 30_000 })
    expect(await ground.attempts()).toContain('waits 1 WAITING_FOR_RUNNER')

    rmSync(join(small.path, 'ballast'))
    await ground.settled()
    expect(await ground.attempts()).toContain('waits 1 FINISHED')
    expect(worker.said).toContain('This worker takes tasks again.')
  },
)

test('F47: an attempt that finds no file handle fails with that reason; while there is none the worker takes nothing, and afterwards it does', async () => {
  await using ground = await hazardGround()
  const [begun, full, release] = ['begun', 'full', 'release'].map((name) => join(ground.folder, name)) as [string, string, string]
  const under = ['bash', '-c', 'ulimit -n 200; exec "$0" "$@"']
  const worker = await ground.startWorker({ under, group: 'small', leaseMs: 300_000 })
  await ground.apply(`sluice: 1
name: handles
defaults: { scheduleType: ondemand, maximumRetries: 1, retryDelay: 1 second, workerGroup: small }
activities:
  handles: { type: Handles, after: ${begun}, full: ${full}, until: ${release} }
  during: { type: ShellCommandActivity, command: "touch ${begun}; until [ -e ${full} ]; do sleep 0.05; done" }
`)
  await until(() => existsSync(full), { deadlineMs: 30_000 })
  await ground.apply(definitionOf('waits', 'small', 'true'))
  await until(() => worker.said.some((line) => /takes no more tasks.*file handles are left/.test(line)), { deadlineMs: 30_000 })
  // What ends meanwhile ends as it would.
  await until(async () => (await ground.attempts()).includes('during 1 FINISHED'), { deadlineMs: 30_000 })
  expect(await ground.attempts()).toEqual(['during 1 FINISHED', 'handles 1 RUNNING', 'waits 1 WAITING_FOR_RUNNER'])

  writeFileSync(release, '')
  await ground.settled()
  expect(await ground.attempts()).toEqual([
    'during 1 FINISHED',
    'handles 1 FAILED ActivityFailed',
    'handles 2 FINISHED',
    'waits 1 FINISHED',
  ])
  expect(await ground.rows(`select error_message as said from sluice.attempts where error_message is not null`)).toEqual([
    { said: expect.stringContaining('EMFILE: too many open files') as string },
  ])
})

function definitionOf(name: string, group: string, command: string): string {
  return `sluice: 1
name: ${name}
defaults: { scheduleType: ondemand, maximumRetries: ${name === 'fill' ? 1 : 0}, retryDelay: 1 second, workerGroup: ${group} }
activities:
  ${name}: { type: ShellCommandActivity, command: "${command}" }
`
}

/** Its last look may have been a moment ago: what it takes until it looks again is done. */
async function untilItTakesNoMore(ground: HazardGround, worker: HazardWorker): Promise<void> {
  const hasSaid = (): boolean => worker.said.some((line) => /takes no more tasks.*MiB are free/.test(line))
  for (let n = 0; !hasSaid(); n++) {
    await ground.apply(definitionOf(`before-${n}`, 'small', 'true'))
    await until(async () => hasSaid() || (await ground.attempts()).includes(`before-${n} 1 FINISHED`), { deadlineMs: 30_000 })
  }
}

/** A file system of its own of 100 MiB. */
function smallDisk(path: string): Disposable & { readonly path: string } {
  mkdirSync(path)
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=100m', 'small', path], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`A small disk could not be made: ${stderr}`)
  return { path, [Symbol.dispose]: () => void spawnSync('umount', ['-l', path]) }
}

/** Why there can be no small disk here; says so. */
function smallDiskMissing(): string | undefined {
  using folder = temporaryFolder()
  try {
    smallDisk(join(folder.path, 'small'))[Symbol.dispose]()
    return undefined
  } catch (error) {
    console.warn(`F40 is skipped: ${String(error)}`)
    return String(error)
  }
}
