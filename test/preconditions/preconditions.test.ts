import { expect, test } from 'vitest'
import Exists from '../../preconditions/Exists.ts'
import S3KeyExists from '../../preconditions/S3KeyExists.ts'
import S3PrefixNotEmpty from '../../preconditions/S3PrefixNotEmpty.ts'
import ShellCommandPrecondition from '../../preconditions/ShellCommandPrecondition.ts'
import type { CheckResult, DataNodeHandle, PreconditionContext } from '../../engine/spec/index.ts'
import type { PreconditionDeclaration } from '../../engine/spec/declarations.ts'
import { chunksOf } from '../conformance/object-store.ts'
import { objectContext } from '../support/object-context.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const noNode: DataNodeHandle = { id: 'Load', type: 'CopyActivity', fields: {} }

function contextIn(folder: string, more: Partial<PreconditionContext> = {}): PreconditionContext {
  return {
    ...objectContext(folder),
    node: noNode,
    workDirectory: folder,
    load: async ({ inline }) => ({ text: inline }),
    shell: async () => {},
    ...more,
  }
}

function check(declaration: PreconditionDeclaration, fields: object, context: PreconditionContext): Promise<CheckResult> {
  return declaration.check(fields as never, context)
}

test('S3KeyExists passes once the object is there, and says which is not', async () => {
  using folder = temporaryFolder()
  const context = contextIn(folder.path)
  const s3Key = 's3://demo/day/_SUCCESS'
  expect(await check(S3KeyExists, { s3Key }, context)).toEqual({ passed: false, because: 's3://demo/day/_SUCCESS is not there' })
  await context.clients.objects.write(s3Key, chunksOf())
  expect(await check(S3KeyExists, { s3Key }, context)).toEqual({ passed: true })
  expect(await check(S3KeyExists, { s3Key: 's3://demo/day' }, context)).toMatchObject({ passed: false })
})

test('S3PrefixNotEmpty passes once anything has the prefix', async () => {
  using folder = temporaryFolder()
  const context = contextIn(folder.path)
  const s3Prefix = 's3://demo/in/2026-'
  expect(await check(S3PrefixNotEmpty, { s3Prefix }, context)).toEqual({ passed: false, because: 'nothing is under s3://demo/in/2026-' })
  await context.clients.objects.write('s3://demo/in/2025-12', chunksOf('x'))
  expect(await check(S3PrefixNotEmpty, { s3Prefix }, context)).toMatchObject({ passed: false })
  await context.clients.objects.write('s3://demo/in/2026-01/x', chunksOf('x'))
  expect(await check(S3PrefixNotEmpty, { s3Prefix }, context)).toEqual({ passed: true })
})

test('Exists asks the node that refers to it, and fails for good on one that cannot say', async () => {
  using folder = temporaryFolder()
  const node = (exists: boolean): DataNodeHandle => ({ id: 'Orders', type: 'S3DataNode', fields: {}, exists: async () => exists })
  expect(await check(Exists, {}, contextIn(folder.path, { node: node(true) }))).toEqual({ passed: true })
  expect(await check(Exists, {}, contextIn(folder.path, { node: node(false) }))).toEqual({
    passed: false,
    because: 'the data of Orders is not there',
  })
  await expect(check(Exists, {}, contextIn(folder.path))).rejects.toMatchObject({ name: 'PermanentError', errorId: 'ExistsNotSupported' })
})

test('ShellCommandPrecondition passes when the command ends with 0; a cancelled one has no answer', async () => {
  using folder = temporaryFolder()
  const fields = { command: 'test -e x', scriptArgument: ['a'] }
  const runs: unknown[] = []
  const passing = contextIn(folder.path, { shell: async (...run) => void runs.push(run) })
  expect(await check(ShellCommandPrecondition, fields, passing)).toEqual({ passed: true })
  expect(runs).toEqual([[{ text: 'test -e x' }, { args: ['a'], stdout: undefined, stderr: undefined }]])

  const failing = { shell: async () => Promise.reject(new Error('exit code 1')) }
  expect(await check(ShellCommandPrecondition, fields, contextIn(folder.path, failing))).toEqual({ passed: false, because: 'exit code 1' })
  const cancelled = contextIn(folder.path, { ...failing, signal: AbortSignal.abort(new Error('cancelled')) })
  await expect(check(ShellCommandPrecondition, fields, cancelled)).rejects.toThrow('cancelled')
})
