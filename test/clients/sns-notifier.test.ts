import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openNotifier } from '../../engine/clients/sns-notifier.ts'
import { startAws } from '../support/fauxqs.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const topicArn = 'arn:aws:sns:us-east-1:000000000000:oncall'

test('a message arrives at the topic with its subject and the id of its event', async () => {
  await using aws = await startAws()
  aws.server.createTopic('oncall')
  aws.server.createQueue('inbox')
  aws.server.subscribe({ topic: 'oncall', queue: 'inbox' })
  const notifier = openNotifier({ home: '/nowhere', env: aws.env })
  const arrived = aws.server.spy.waitForMessage({ service: 'sqs', queueName: 'inbox' })
  expect(await notifier.publish({ topicArn, subject: 'Load\nfailed', message: 'because ä', eventId: 'e1' })).toBe(topicArn)
  const envelope = JSON.parse(((await arrived) as { body: string }).body)
  expect(envelope).toMatchObject({
    Subject: 'Load failed',
    Message: 'because ä',
    MessageAttributes: { 'sluice-event-id': { Type: 'String', Value: 'e1' } },
  })
  await notifier.close()
})

test('a subject and a message that are too long for SNS are cut, not refused', async () => {
  await using aws = await startAws()
  aws.server.createTopic('oncall')
  aws.server.createQueue('inbox')
  aws.server.subscribe({ topic: 'oncall', queue: 'inbox' })
  const notifier = openNotifier({ home: '/nowhere', env: aws.env })
  const arrived = aws.server.spy.waitForMessage({ service: 'sqs', queueName: 'inbox' })
  await notifier.publish({ topicArn, subject: 's'.repeat(150), message: `x${'ä'.repeat(140_000)}`, eventId: 'e1' })
  const { Subject, Message } = JSON.parse(((await arrived) as { body: string }).body)
  expect(Subject).toBe(`${'s'.repeat(97)}...`)
  expect(Message).toMatch(/^xä+$/)
  await notifier.close()
})

test('a topic that is not there rejects', async () => {
  await using aws = await startAws()
  const notifier = openNotifier({ home: '/nowhere', env: aws.env })
  await expect(notifier.publish({ topicArn, subject: 's', message: 'm', eventId: 'e' })).rejects.toThrow(/oncall/)
  await notifier.close()
})

test('without AWS, messages are lines of a file named after the topic, whatever the ARN says', async () => {
  using folder = temporaryFolder()
  const notifier = openNotifier({ home: folder.path, env: {} })
  expect(await notifier.publish({ topicArn, subject: 's', message: 'one\ntwo', eventId: 'e1' })).toContain(
    join(folder.path, 'sns/oncall.jsonl'),
  )
  await notifier.publish({ topicArn, subject: 's', message: 'm', eventId: 'e2' })
  const lines = (await readFile(join(folder.path, 'sns/oncall.jsonl'), 'utf8')).trim().split('\n')
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ eventId: 'e1', message: 'one\ntwo' }, { eventId: 'e2' }])
  await notifier.publish({ topicArn: '../../escaped', subject: 's', message: 'm', eventId: 'e' })
  expect(await readdir(folder.path)).toEqual(['sns'])
})

test('a link in place of the file is not written through', async () => {
  using folder = temporaryFolder()
  await mkdir(join(folder.path, 'sns'))
  await writeFile(join(folder.path, 'victim'), '')
  await symlink(join(folder.path, 'victim'), join(folder.path, 'sns/oncall.jsonl'))
  const notifier = openNotifier({ home: folder.path, env: {} })
  await expect(notifier.publish({ topicArn, subject: 's', message: 'm', eventId: 'e' })).rejects.toThrow(/ELOOP/)
  expect(await readFile(join(folder.path, 'victim'), 'utf8')).toBe('')
})
