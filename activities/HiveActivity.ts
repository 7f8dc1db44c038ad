import { defineActivity, fields } from '../engine/spec/index.ts'
import { clusterFields, needsEmr, resizeFields, scriptsAroundFields } from './emr-activity-fields.ts'

const hiveNodes = ['S3DataNode', 'SqlDataNode', 'MySqlDataNode', 'DynamoDBDataNode']

export default defineActivity({
  type: 'HiveActivity',
  summary: 'Runs a Hive query on an EMR cluster.',
  source: 'AWS Data Pipeline Developer Guide, "HiveActivity"',
  fields: {
    ...clusterFields,
    ...scriptsAroundFields,
    ...resizeFields,
    hiveScript: fields.string('The script; its expressions are evaluated.').optional(),
    scriptUri: fields.s3Uri('A script to run instead; its text is not evaluated.').optional(),
    scriptVariable: fields.strings('Variables of the script, `NAME=value` each; read there as `${NAME}`.').default([]),
    stage: fields.boolean('Give the script its data nodes as the tables `${input1}`, `${output1}` and so on.').optional(),
    hadoopQueue: fields.string('Queue of the Hadoop scheduler that the job goes to.').optional(),
    input: fields
      .dataNodes('What is read.', hiveNodes)
      .default([])
      .note('The guide asks for it, yet an earlier edition does not, and a sample of AWS has none.'),
    output: fields
      .dataNodes('What is written.', hiveNodes)
      .default([])
      .note('The guide asks for it, yet an earlier edition does not, and a sample of AWS has none.'),
  },
  exactlyOneOf: [['hiveScript', 'scriptUri']],
  example:
    '{ id: Total, type: HiveActivity, runsOn: Cluster, input: Orders, output: Totals, hiveScript: "insert overwrite table ${output1} select sum(price) from ${input1}" }',
  notes: ['A DynamoDBDataNode is never staged: the script names its table by `#{input.tableName}`.'],
  unsupported: needsEmr,
})
