import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import { jsonLines, pipeline, sluice, startSluice } from '../support/cli.ts'
import { childrenOf, isRunning } from '../support/processes.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'

const folder = temporaryFolder({ mode: 0o711 })
const home = folder.path
afterAll(() => folder[Symbol.dispose]())

describe('Ctrl-C during run', () => {
  test('once: stops cleanly, says what is kept and how to go on, and the pipeline goes on from there', async () => {
    await using running = startSluice(['run', pipeline('long')], { home })
    await running.shows(/long: RUNNING/)
    running.child.kill('SIGINT')
    const { code, stderr } = await running.ended
    expect(code).toBe(130)
    expect(stderr).toMatch(/Stopping: what runs is handed back/)
    expect(stderr).toMatch(/Stopped\. Pipeline long \(df-\w+\) is kept: 1 of 2 tasks are finished\.\n {2}go on: {2}sluice up/)
    const { stdout } = await sluice(['runs', 'long', '--json'], { home })
    const long = jsonLines(stdout).find(({ componentId }) => componentId === 'long')
    expect(long).toMatchObject({ status: 'WAITING_FOR_RUNNER', attempt: 1 })
  })

  test('SIGTERM is the same with its own exit code', async () => {
    await using running = startSluice(['run', pipeline('long')], { home })
    await running.shows(/long: RUNNING/)
    running.child.kill('SIGTERM')
    expect((await running.ended).code).toBe(143)
  })

  test('while it starts: begins nothing', async () => {
    await using running = startSluice(['run', pipeline('three-days')], { home })
    await until(() => withDescendants(running.child.pid ?? 0).length > 1) // it is about to have a server
    running.child.kill('SIGINT')
    const { code, stdout, stderr } = await running.ended
    expect({ code, stdout, stderr }).toEqual({ code: 130, stdout: '', stderr: 'Stopped before anything was begun.\n' })
  })

  test('twice: stops at once, and nothing that it started is left', async () => {
    await using running = startSluice(['run', pipeline('stubborn')], { home })
    await running.shows(/stubborn: RUNNING/)
    await until(() => withDescendants(running.child.pid ?? 0).some(isTheCommand))
    const descendants = withDescendants(running.child.pid ?? 0)
    running.child.kill('SIGINT')
    await running.shows(/Stopping/)
    const urgedMs = performance.now()
    running.child.kill('SIGINT')
    expect((await running.ended).code).toBe(130)
    expect(performance.now() - urgedMs).toBeLessThan(2900) // a child that ignores SIGTERM has 3 s after the first
    await until(() => descendants.every((pid) => !isRunning(pid)))
  })
})

describe('up', () => {
  test('says where everything is, puts a file in force once, shares its server, and stops on Ctrl-C', async () => {
    await using first = startSluice(['up', pipeline('three-days')], { home })
    const shown = await first.shows(/Stop with Ctrl-C/)
    expect(shown).toContain(`data      ${home}`)
    expect(shown).toMatch(/database {2}embedded PostgreSQL \(process \d+\)\n/)
    expect(shown).toMatch(/queue {5}BullMQ on the same PostgreSQL/)
    expect(shown).toMatch(/pipeline {2}three-days \(df-\w+\) version 1: activated/)
    await first.shows(/three-days 2001-01-03 greet: FINISHED/)

    await using second = startSluice(['up', pipeline('three-days')], { home })
    const beside = await second.shows(/Stop with Ctrl-C/)
    expect(beside).toContain(`shared: the process ${first.child.pid} owns it`)
    expect(beside).toMatch(/three-days \(df-\w+\) version 1: unchanged/)
    second.child.kill('SIGINT')
    expect((await second.ended).code).toBe(130)

    const { code, stdout } = await sluice(['runs', 'three-days'], { home })
    expect(code).toBe(0)
    expect(stdout).toMatch(/2001-01-01\n {4}✔ greet/)
    first.child.kill('SIGINT')
    expect(await first.ended).toMatchObject({ code: 130, stdout: expect.stringMatching(/Stopped\. Everything is kept in/) })
  })

  test('killed -9 in the middle of a backfill, the next one finishes it', async () => {
    await using first = startSluice(['up', pipeline('backfill')], { home })
    await first.shows(/backfill 2001-01-0\d after: FINISHED/)
    first.child.kill('SIGKILL')
    await first.ended
    await using second = startSluice(['up'], { home })
    await second.shows(/goes on with [1-9]\d* scheduled/)
    const counts = async (): Promise<unknown> => {
      const { stdout } = await sluice(['runs', '--json', '--limit', '1000'], { home })
      return jsonLines(stdout).find(({ name }) => name === 'backfill')?.['counts']
    }
    await until(async () => isDeepStrictEqual(await counts(), { FINISHED: 24 }), { deadlineMs: 45_000 })
    second.child.kill('SIGINT')
    expect((await second.ended).code).toBe(130)
  })

  test('--json is one object a line', async () => {
    await using up = startSluice(['up', '--json'], { home })
    await up.shows(/"event":"up"/)
    up.child.kill('SIGTERM')
    const { code, stdout } = await up.ended
    expect(code).toBe(143)
    expect(jsonLines(stdout)).toContainEqual(expect.objectContaining({ event: 'up', home, pid: up.child.pid }))
  })

  test('a file with an error stops it before anything begins', async () => {
    const { code, stderr } = await sluice(['up', pipeline('cycle')], { home })
    expect(code).toBe(2)
    expect(stderr).toContain('error CYCLE')
  })

  test('two files of one name are refused', async () => {
    const { code, stderr } = await sluice(['up', pipeline('hello'), pipeline('hello')], { home })
    expect(code).toBe(2)
    expect(stderr).toContain('both name their pipeline "hello"')
  })
})

function withDescendants(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(withDescendants)]
}

function isTheCommand(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes("trap '' TERM")
  } catch {
    return false // it has ended
  }
}
