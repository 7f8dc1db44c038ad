import { definePrecondition, fields } from '../engine/spec/index.ts'

export default definePrecondition({
  type: 'S3KeyExists',
  summary: 'Waits until one S3 object exists.',
  source: 'AWS Data Pipeline Developer Guide, "S3KeyExists"',
  managedBy: 'system',
  fields: {
    s3Key: fields.s3Uri('The object to wait for: `s3://bucket/key`.'),
    role: fields.string('IAM role for the check.').optional().note('AWS demands it; checks here use the credentials of the process.'),
    currentRetryCount: fields.string('Checks so far in the current attempt.').asRuntime(),
    lastRetryTime: fields.string('When the newest check was made.').asRuntime(),
  },
  example: '{ id: Arrived, type: S3KeyExists, s3Key: "s3://demo/orders/2026-01-01/_SUCCESS" }',

  async check({ s3Key }, { clients }) {
    const found = await clients.objects.head(s3Key)
    return found ? { passed: true } : { passed: false, because: `${s3Key} is not there` }
  },
})
