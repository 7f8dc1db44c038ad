import { defineActivity, fields } from '../engine/spec/index.ts'
import { clusterFields, needsEmr, resizeFields } from './emr-activity-fields.ts'

export default defineActivity({
  type: 'EmrActivity',
  summary: 'Runs the steps of an EMR cluster, one after the other.',
  source: 'AWS Data Pipeline Developer Guide, "EmrActivity"',
  fields: {
    ...clusterFields,
    ...resizeFields,
    input: fields.dataNodes('Where the data comes from; for `#{input.x}`.').default([]),
    output: fields.dataNodes('Where the data goes; for `#{output.x}`.').default([]),
    step: fields
      .strings('A step: a JAR, its main class and its arguments, with commas between them.')
      .default([])
      .note('A comma inside an argument is written `\\\\,`.'),
    preStepCommand: fields.strings('Shell commands that run before the first step.').default([]),
    postStepCommand: fields.strings('Shell commands that run after the last step.').default([]),
  },
  example:
    '{ id: CountWords, type: EmrActivity, runsOn: Cluster, step: "s3://demo/count.jar,com.example.Count,s3://demo/in,s3://demo/out" }',
  unsupported: needsEmr,
})
