import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isRunning } from '../support/processes.ts'
import { until } from '../support/until.ts'
import { hazardGround, leaseMs, type HazardGround } from './rig/hazard-ground.ts'

describe('a worker that cannot report', () => {
  test('F35: an activity that blocks its worker’s event loop ends by its lease, with all that the worker runs; when the loop goes on it publishes and reports nothing', async () => {
    await using ground = await hazardGround()
    const [pid, until_, result] = ['pid', 'until', 'result'].map((name) => join(ground.folder, name)) as [string, string, string]
    await ground.apply(`${head}
  busy: { type: Busy, after: ${pid}, until: ${until_}, result: ${result} }
  beside: ${besideOf(pid)}
`)
    const blocked = await ground.startWorker()
    const endings = () => blocked.said.filter((line) => line.startsWith('ended'))
    const child = await childOf(pid)
    ground.help()
    await until(() => !isRunning(child), { deadlineMs: 30_000 })
    await ground.settled()
    expect(readFileSync(result, 'utf8')).toBe('2')
    expect(endings()).toEqual([]) // its loop is still blocked: the children were ended all the same

    writeFileSync(until_, '')
    await until(() => endings().length >= 2, { deadlineMs: 30_000 })
    expect(endings().toSorted()).toEqual(['ended beside 1 FAILED refused', 'ended busy 1 FAILED refused'])
    expect(readFileSync(result, 'utf8')).toBe('2')
    expect(await ground.attempts()).toEqual([
      'beside 1 FAILED LeaseLost',
      'beside 2 FINISHED',
      'busy 1 FAILED LeaseLost',
      'busy 2 FINISHED',
    ])
  })

  test('F37: a worker killed in the moment in which it holds a claim: the claim’s own lease ends it, and the next attempt runs', async () => {
    await using ground = await hazardGround()
    await ground.apply(`${head}\n  work: { type: ShellCommandActivity, command: "true" }\n`)
    const dead = await ground.startWorker({ diesAfterClaim: true, mustStart: false })
    expect(await dead.ended).toBe('SIGKILL')
    expect(await ground.attempts()).toEqual(['work 1 RUNNING'])
    ground.help()
    await ground.settled()
    expect(await ground.attempts()).toEqual(['work 1 FAILED LeaseLost', 'work 2 FINISHED'])
    await expectAgainSoon(ground)
  })

  test('F38: a worker that runs out of memory ends with its children, and the next attempts run after its lease', async () => {
    await using ground = await hazardGround()
    const pid = join(ground.folder, 'pid')
    await ground.apply(`${head}
  greedy: { type: Greedy, after: ${pid} }
  beside: ${besideOf(pid)}
`)
    const starved = await ground.startWorker({ nodeArgs: ['--max-old-space-size=64'] })
    expect(await starved.ended).toBe('SIGABRT')
    expect(starved.said.join('\n')).toContain('heap out of memory')
    const child = await childOf(pid)
    await until(() => !isRunning(child), { deadlineMs: 15_000 })
    ground.help()
    await ground.settled()
    expect(await ground.attempts()).toEqual([
      'beside 1 FAILED LeaseLost',
      'beside 2 FINISHED',
      'greedy 1 FAILED LeaseLost',
      'greedy 2 FINISHED',
    ])
    await expectAgainSoon(ground)
  })
})

const head = 'sluice: 1\nname: hazard\ndefaults: { scheduleType: ondemand, maximumRetries: 1 }\nactivities:'

/** A command that says its process id and runs on, the first time. */
function besideOf(pid: string): string {
  return `{ type: ShellCommandActivity, command: "[ -e ${pid} ] || { echo $$ > ${pid}.new; mv ${pid}.new ${pid}; exec sleep 100000; }" }`
}

async function childOf(pid: string): Promise<number> {
  await until(() => existsSync(pid), { deadlineMs: 30_000 })
  return Number(readFileSync(pid, 'utf8'))
}

/** The next attempt began within the lease and a second, and what a busy machine adds. */
async function expectAgainSoon(ground: HazardGround): Promise<void> {
  const late = `select * from sluice.attempts a join sluice.attempts b using (instance_id)
    where a.number = 1 and b.number = 2 and b.start_time - a.start_time > interval '${leaseMs + 10_000} milliseconds'`
  expect(await ground.rows(late)).toEqual([])
}
