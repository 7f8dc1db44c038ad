import { fields } from './fields.ts'

/** Fields that every object of a definition may carry.
 *  @see spec/objects.json, universalFields */
export const universalFields = {
  id: fields.string('Unique name of the object within the definition.'),
  name: fields.string('Label for people; the id when absent.').optional(),
  type: fields.string('Name of the type.').optional(),
  parent: fields.reference('Object whose fields are taken where this one lacks them.', ['*']).optional(),
  '@version': fields.string('Version of the definition the object came from.').asRuntime(),
  '@error': fields.string('Validation message for a malformed object.').asRuntime(),
  '@pipelineId': fields.string('The pipeline that owns the object.').asRuntime(),
  '@sphere': fields.enumeration('Level of the lifecycle.', ['COMPONENT', 'INSTANCE', 'ATTEMPT', 'PIPELINE']).asRuntime(),
}

const schedule = {
  schedule: fields.reference('The schedule whose intervals the object runs in; usually set once on Default.', ['Schedule']).optional(),
  scheduleType: fields
    .enumeration('When an interval is due: `cron` at its start, `timeseries` at its end, `ondemand` at activation.', [
      'cron',
      'timeseries',
      'ondemand',
    ])
    .optional(),
}

const dependencies = {
  dependsOn: fields.references('Objects that must be FINISHED first.', ['Runnable']).default([]),
  precondition: fields.references('Checks that must all pass first.', ['Precondition']).default([]),
}

const attempts = {
  failureAndRerunMode: fields
    .enumeration('What a failed dependency does to this object: nothing, or CASCADE_FAILED.', ['none', 'cascade'])
    .default('none'),
  attemptTimeout: fields.period('Longest time one attempt may take from its start.').optional(),
  reportProgressTimeout: fields.period('Longest silence of the runner before the attempt counts as stalled.').default('15 minutes'),
  maximumRetries: fields.integer('Tries after the first one fails.').atLeast(0).default('2'),
  retryDelay: fields.period('Wait between two tries.').default('10 minutes'),
  lateAfterTimeout: fields.period('The object is late when it has not ended this long after it was due.').optional(),
  onFail: fields.references('Actions when the object ends in failure.', ['SnsAlarm', 'Terminate']).default([]),
  onSuccess: fields.references('Actions when the object is FINISHED.', ['SnsAlarm', 'Terminate']).default([]),
  onLateAction: fields.references('Actions when the object is late.', ['SnsAlarm', 'Terminate']).default([]),
}

const limits = {
  maxActiveInstances: fields.integer('How many instances of the component may be active at once.').atLeast(1).default('5'),
  pipelineLogUri: fields.string('Where the logs of attempts go: an `s3://` prefix.').optional(),
}

const runtime = {
  attemptStatus: fields.string('Status that the runner last reported.').asRuntime(),
  '@status': fields.string('Status of the object.').asRuntime(),
  '@scheduledStartTime': fields.dateTime('Start of the interval, UTC.').asRuntime(),
  '@scheduledEndTime': fields.dateTime('End of the interval, UTC.').asRuntime(),
  '@actualStartTime': fields.dateTime('When the instance came to be, UTC.').asRuntime(),
  '@actualEndTime': fields.dateTime('When it ended, UTC.').asRuntime(),
  '@activeInstances': fields.references('Instances that have not ended.', ['Runnable']).asRuntime(),
  '@waitingOn': fields.references('What still blocks the object.', ['Runnable']).asRuntime(),
  '@cascadeFailedOn': fields.references('Chain of failures that caused CASCADE_FAILED.', ['Runnable']).asRuntime(),
  cancellationReason: fields.string('Why the object was cancelled.').asRuntime(),
  errorId: fields.string('Short name of the error.').asRuntime(),
  errorMessage: fields.string('What went wrong.').asRuntime(),
  errorStackTrace: fields.string('Where it went wrong, for the runner’s authors.').asRuntime(),
  hostname: fields.string('Host of the runner that took the attempt.').asRuntime(),
  reportProgressTime: fields.dateTime('When the runner last reported, UTC.').asRuntime(),
  emrStepLog: fields.string('Log of the EMR step.').asRuntime(),
  hadoopJobLog: fields.string('Log of the Hadoop job.').asRuntime(),
  '@componentParent': fields.reference('The component of an instance or attempt.', ['*']).asRuntime(),
  '@instanceParent': fields.reference('The instance of an attempt.', ['*']).asRuntime(),
}

const health = {
  '@finishedTime': fields.dateTime('When the object finished, UTC.').asRuntime(),
  '@healthStatus': fields.enumeration('Outcome of the newest instance to end.', ['HEALTHY', 'ERROR']).asRuntime(),
  '@healthStatusFromInstanceId': fields.string('Instance that the health comes from.').asRuntime(),
  '@healthStatusUpdatedTime': fields.dateTime('When the health last changed, UTC.').asRuntime(),
  '@lastDeactivatedTime': fields.dateTime('When the object was last deactivated, UTC.').asRuntime(),
  '@latestRunTime': fields.dateTime('Newest scheduled run, UTC.').asRuntime(),
  '@latestCompletedRunTime': fields.dateTime('Newest run that completed, UTC.').asRuntime(),
  '@nextRunTime': fields.dateTime('Next scheduled run, UTC.').asRuntime(),
}

const worker = {
  runsOn: fields.reference('The resource that runs the activity.', ['Ec2Resource', 'EmrCluster']).optional(),
  workerGroup: fields.string('The worker group that runs the activity; ignored when `runsOn` is set.').optional(),
}

const order = {
  priority: fields
    .integer('Among activities that are ready at the same time those of a higher number are taken first.')
    .default('0')
    .beyond('AWS has no order among ready tasks.'),
  pool: fields
    .string('Name of a pool of slots, shared by all pipelines: no more activities that name it are under way at once than it has slots.')
    .optional()
    .beyond('Keeps a database from being asked more than it can bear. A new pool has one slot; `sluice pools set NAME SLOTS` changes it.'),
}

export const activityFields = {
  ...universalFields,
  ...schedule,
  ...dependencies,
  ...attempts,
  ...limits,
  ...runtime,
  ...health,
  ...worker,
  ...order,
}
export const dataNodeFields = { ...universalFields, ...schedule, ...dependencies, ...attempts, ...limits, ...runtime, ...health, ...worker }
export const resourceFields = { ...universalFields, ...schedule, ...attempts, ...limits, ...runtime, ...health }
export const preconditionFields = {
  ...universalFields,
  ...attempts,
  ...runtime,
  retryDelay: fields.period('Wait between two checks.').default('1 minute'),
  preconditionTimeout: fields.period('How long the check may stay false before it fails; without it the check waits for ever.').optional(),
  node: fields.reference('The object that waits for the precondition.', ['Runnable']).asRuntime(),
}
export const actionFields = {
  ...universalFields,
  node: fields.reference('The object whose event fired the action.', ['Runnable']).asRuntime(),
}
