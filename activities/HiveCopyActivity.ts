import { defineActivity, fields } from '../engine/spec/index.ts'
import { clusterFields, needsEmr, resizeFields, scriptsAroundFields } from './emr-activity-fields.ts'

const copyNodes = ['S3DataNode', 'DynamoDBDataNode']

export default defineActivity({
  type: 'HiveCopyActivity',
  summary: 'Copies between S3 and DynamoDB by a Hive query on an EMR cluster.',
  source: 'AWS Data Pipeline Developer Guide, "HiveCopyActivity"',
  fields: {
    ...clusterFields,
    ...scriptsAroundFields,
    ...resizeFields,
    filterSql: fields.string('Which items are copied: the part of a Hive statement after `where`, without that word.').optional(),
    input: fields.dataNode('What is read.', copyNodes).optional(),
    output: fields.dataNode('What is written.', copyNodes).optional(),
  },
  example: '{ id: Export, type: HiveCopyActivity, runsOn: Cluster, input: Items, output: Archive }',
  unsupported: needsEmr,
})
