import { defineActivity, fields } from '../engine/spec/index.ts'
import { clusterFields, needsEmr, scriptsAroundFields } from './emr-activity-fields.ts'

export default defineActivity({
  type: 'HadoopActivity',
  summary: 'Runs a MapReduce job on a cluster.',
  source: 'AWS Data Pipeline Developer Guide, "HadoopActivity"',
  fields: {
    ...clusterFields,
    ...scriptsAroundFields,
    jarUri: fields.s3Uri('The JAR to run, in S3 or on the cluster.'),
    mainClass: fields.string('Class to start; the one that the JAR names when absent.').optional(),
    argument: fields.strings('Arguments of the job.').default([]),
    hadoopQueue: fields.string('Queue of the Hadoop scheduler that the job goes to.').optional(),
    input: fields.dataNodes('Where the data comes from; for `#{input.x}`.').default([]),
    output: fields.dataNodes('Where the data goes; for `#{output.x}`.').default([]),
  },
  example:
    '{ id: CountWords, type: HadoopActivity, runsOn: Cluster, jarUri: "s3://demo/count.jar", argument: ["s3://demo/in", "s3://demo/out"] }',
  unsupported: needsEmr,
})
