import { defineActivity, fields } from '../engine/spec/index.ts'
import { clusterFields, needsEmr, resizeFields, scriptsAroundFields } from './emr-activity-fields.ts'

const pigNodes = ['S3DataNode', 'SqlDataNode', 'MySqlDataNode']

export default defineActivity({
  type: 'PigActivity',
  summary: 'Runs a Pig script on an EMR cluster.',
  source: 'AWS Data Pipeline Developer Guide, "PigActivity"',
  fields: {
    ...clusterFields,
    ...scriptsAroundFields,
    ...resizeFields,
    script: fields.string('The script; its expressions are evaluated.').optional(),
    scriptUri: fields.s3Uri('A script to run instead; its text is not evaluated.').optional(),
    scriptVariable: fields.strings('Variables of the script, `NAME=value` each; read there as `$NAME`.').default([]),
    stage: fields.boolean('Give the script its data nodes as the relations `${input1}`, `${output1}` and so on.').optional(),
    generatedScriptsPath: fields.s3Uri('Where the script that was really run is kept.').optional(),
    input: fields.dataNodes('What is read.', pigNodes).default([]),
    output: fields.dataNodes('What is written.', pigNodes).default([]),
  },
  exactlyOneOf: [['script', 'scriptUri']],
  example:
    '{ id: Filter, type: PigActivity, runsOn: Cluster, input: Orders, output: Large, script: "large = filter ${input1} by price > 100;" }',
  unsupported: needsEmr,
})
