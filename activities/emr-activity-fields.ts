import { fields } from '../engine/spec/index.ts'

/** What activities of an EMR cluster lack, in the words of their diagnostics. */
export const needsEmr = 'it runs on an EMR cluster, and Sluice has none.'

export const clusterFields = {
  runsOn: fields.reference('The EMR cluster that runs the activity.', ['EmrCluster']).optional(),
}

export const scriptsAroundFields = {
  preActivityTaskConfig: fields.reference('A script that runs before the activity, on the same cluster.', ['ShellScriptConfig']).optional(),
  postActivityTaskConfig: fields.reference('A script that runs after the activity, on the same cluster.', ['ShellScriptConfig']).optional(),
}

export const resizeFields = {
  resizeClusterBeforeRunning: fields
    .boolean('Make the cluster large enough for the DynamoDB tables of `input` and `output` first.')
    .optional()
    .note('AWS then chooses the instance types itself, whatever the cluster says.'),
  resizeClusterMaxInstances: fields.integer('How many instances the resized cluster may have at most.').optional(),
}
