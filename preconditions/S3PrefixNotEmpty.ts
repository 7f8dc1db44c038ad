import { definePrecondition, fields } from '../engine/spec/index.ts'

export default definePrecondition({
  type: 'S3PrefixNotEmpty',
  summary: 'Waits until at least one S3 object has a prefix.',
  source: 'AWS Data Pipeline Developer Guide, "S3PrefixNotEmpty"',
  managedBy: 'system',
  fields: {
    s3Prefix: fields.s3Uri('The prefix to look under: `s3://bucket/prefix`; end it in `/` to mean a directory.'),
    role: fields.string('IAM role for the check.').optional().note('AWS demands it; checks here use the credentials of the process.'),
    currentRetryCount: fields.string('Checks so far in the current attempt.').asRuntime(),
    lastRetryTime: fields.string('When the newest check was made.').asRuntime(),
  },
  example: '{ id: Dropped, type: S3PrefixNotEmpty, s3Prefix: "s3://demo/incoming/" }',

  async check({ s3Prefix }, { clients }) {
    for await (const _first of clients.objects.list(s3Prefix)) return { passed: true }
    return { passed: false, because: `nothing is under ${s3Prefix}` }
  },
})
