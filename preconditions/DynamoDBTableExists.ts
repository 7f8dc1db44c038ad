import { definePrecondition, fields } from '../engine/spec/index.ts'

export default definePrecondition({
  type: 'DynamoDBTableExists',
  summary: 'Waits until a DynamoDB table exists.',
  source: 'AWS Data Pipeline Developer Guide, "DynamoDBTableExists"',
  managedBy: 'system',
  fields: {
    tableName: fields.string('The table to look at.'),
    role: fields.string('IAM role for the check.').optional().note('AWS demands it; checks here use the credentials of the process.'),
    currentRetryCount: fields.string('Checks so far in the current attempt.').asRuntime(),
    lastRetryTime: fields.string('When the newest check was made.').asRuntime(),
  },
  example: '{ id: Made, type: DynamoDBTableExists, tableName: items }',
  unsupported: 'Sluice cannot read DynamoDB.',
})
