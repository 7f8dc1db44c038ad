import { expect, test } from 'vitest'
import ShellCommandActivity from '../../activities/ShellCommandActivity.ts'
import type { ActivityContext } from '../../engine/spec/index.ts'
import { objectContext } from '../support/object-context.ts'

/** A context that writes down what is asked of it, in order. */
function recording(shell: ActivityContext['shell'] = async () => {}) {
  const asked: string[] = []
  const context: ActivityContext = {
    ...objectContext('/nowhere'),
    workDirectory: '/nowhere',
    staging: {
      open: async () => void asked.push('open'),
      env: () => ({ INPUT1_STAGING_DIR: '/in' }),
      publish: async () => void asked.push('publish'),
    },
    load: async ({ inline, uri }) => (asked.push(`load ${inline ?? uri}`), { text: inline }),
    shell: async (script, options) => {
      asked.push(`shell ${JSON.stringify(options)}`)
      await shell(script, options)
    },
  }
  return { asked, context }
}

const run = (fields: object, context: ActivityContext) =>
  ShellCommandActivity.run({ scriptArgument: [], stage: false, ...fields } as never, context)

test('the command runs with its arguments, and without staging has no directories', async () => {
  const { asked, context } = recording()
  await run({ command: 'echo $1', scriptArgument: ['a b'], stdout: 's3://b/out' }, context)
  expect(asked).toEqual(['load echo $1', 'shell {"args":["a b"],"env":{},"stdout":"s3://b/out"}'])
})

test('with staging, inputs are there before the command and outputs are published after it', async () => {
  const { asked, context } = recording()
  await run({ scriptUri: 's3://b/run.sh', stage: true }, context)
  expect(asked).toEqual(['load s3://b/run.sh', 'open', 'shell {"args":[],"env":{"INPUT1_STAGING_DIR":"/in"}}', 'publish'])
})

test('a command that fails publishes nothing', async () => {
  const { asked, context } = recording(async () => Promise.reject(new Error('exit code 1')))
  await expect(run({ command: 'false', stage: true }, context)).rejects.toThrow('exit code 1')
  expect(asked).not.toContain('publish')
})
