import { defineAction, fields } from '../engine/spec/index.ts'

export default defineAction({
  type: 'SnsAlarm',
  summary: 'Publishes an SNS message when an object succeeds, fails or is late.',
  source: 'AWS Data Pipeline Developer Guide, "SnsAlarm"',
  fields: {
    topicArn: fields.string('The topic to publish to.'),
    subject: fields.string('Subject of the message; cut to the 100 characters that SNS allows.'),
    message: fields.string('Text of the message; `#{node.…}` reads the fields of the object whose event fired.'),
    role: fields.string('IAM role to publish with.').optional().note('AWS demands it; messages here use the credentials of the process.'),
  },
  example:
    '{ id: Page, type: SnsAlarm, topicArn: "arn:aws:sns:us-east-1:123456789012:oncall", subject: "#{node.name} failed", message: "#{node.errorMessage}" }',
  notes: [
    'A message carries the attribute `sluice-event-id`, the same each time one event is delivered, so that a receiver can drop a repeat.',
    'With neither an AWS endpoint nor credentials, messages are lines of `sns/TOPIC.jsonl` in Sluice’s home.',
  ],

  async perform({ topicArn, subject, message }, { clients, eventId, log }) {
    const place = await clients.notifier.publish({ topicArn, subject, message, eventId })
    log.info(`SnsAlarm: "${subject}" sent to ${place}`)
  },
})
