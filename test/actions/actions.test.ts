import { expect, test } from 'vitest'
import SnsAlarm from '../../actions/SnsAlarm.ts'
import Terminate from '../../actions/Terminate.ts'
import type { ActionContext } from '../../engine/spec/index.ts'
import { objectContext } from '../support/object-context.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('SnsAlarm publishes its message under the id of the event, and says in the log where it went', async () => {
  using folder = temporaryFolder()
  const sent: unknown[] = []
  const base = objectContext(folder.path)
  const notifier = { publish: async (message: unknown) => (sent.push(message), 'the topic') }
  const context: ActionContext = {
    ...base,
    clients: { ...base.clients, notifier },
    event: 'onFail',
    eventId: 'e1',
    cancelNode: async () => {},
  }
  const fields = { topicArn: 'arn:aws:sns:us-east-1:1:oncall', subject: 'Load failed', message: 'because' }
  await SnsAlarm.perform(fields as never, context)
  expect(sent).toEqual([{ ...fields, eventId: 'e1' }])
  expect(base.lines).toEqual(['SnsAlarm: "Load failed" sent to the topic'])
})

test('Terminate cancels the object whose event fired it', async () => {
  using folder = temporaryFolder()
  const reasons: string[] = []
  const cancelNode = async (reason: string) => void reasons.push(reason)
  await Terminate.perform({} as never, { ...objectContext(folder.path), event: 'onLateAction', eventId: 'e1', cancelNode })
  expect(reasons).toEqual(['Terminated by its onLateAction.'])
})
