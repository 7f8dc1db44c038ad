import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import Ec2Resource from '../../resources/Ec2Resource.ts'
import { directoryOf } from '../../resources/providers/local.ts'
import type { ResourceContext } from '../../engine/spec/declarations.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

function contextIn(home: string, instanceId = '@Machine_2026-01-01T02:00:00', attemptNumber = 1): ResourceContext {
  return { home, instanceId, attemptNumber, pipelineId: 'df-TEST', signal: new AbortController().signal }
}

test('the local machine is a directory of the home, the same when asked again, and gone when terminated', async () => {
  using home = temporaryFolder()
  const context = contextIn(home.path)
  const machine = await Ec2Resource.provision({} as never, context)
  await writeFile(join(directoryOf(home.path, machine.resourceId), 'kept'), '')
  expect(await Ec2Resource.provision({} as never, context)).toEqual(machine)
  expect(await readdir(directoryOf(home.path, machine.resourceId))).toEqual(['kept'])
  await Ec2Resource.terminate(machine, context)
  await Ec2Resource.terminate(machine, context)
  expect(await readdir(join(home.path, 'resources'))).toEqual([])
})

test('instances whose ids look alike as file names have machines of their own, all inside the home', async () => {
  using home = temporaryFolder()
  const ids = ['a/b', 'a:b', 'a b', '../..', '..', '/etc', 'x'.repeat(500)]
  const machines = await Promise.all(ids.map((id) => Ec2Resource.provision({} as never, contextIn(home.path, id))))
  expect(await readdir(home.path)).toEqual(['resources'])
  expect((await readdir(join(home.path, 'resources'))).toSorted()).toEqual(machines.map(({ resourceId }) => resourceId).toSorted())
  expect(new Set(machines.map(({ resourceId }) => resourceId)).size).toBe(ids.length)
})

test.each(['..', '../other', 'local-', '/etc', 'local-a/../..'])('the id %j of no local machine is refused', async (resourceId) => {
  await expect(async () => Ec2Resource.terminate({ resourceId }, contextIn('/nowhere'))).rejects.toThrow(/is not a local resource/)
})

test('another attempt has a machine of its own, and takes away what an earlier one left', async () => {
  using home = temporaryFolder()
  const first = await Ec2Resource.provision({} as never, contextIn(home.path))
  const second = await Ec2Resource.provision({} as never, contextIn(home.path, undefined, 2))
  expect(second.resourceId).not.toBe(first.resourceId)
  expect(await readdir(join(home.path, 'resources'))).toEqual([second.resourceId])
})
