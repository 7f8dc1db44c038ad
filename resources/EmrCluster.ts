import { defineResource, fields } from '../engine/spec/index.ts'
import { regions } from '../engine/spec/regions.ts'
import { machineFields, networkFields, softwareFields } from './emr-cluster-fields.ts'

export default defineResource({
  type: 'EmrCluster',
  summary: 'Provides an EMR cluster for activities and takes it away after them.',
  source: 'AWS Data Pipeline Developer Guide, "EmrCluster"',
  fields: {
    runsOn: fields.reference('Not allowed on a resource.', []).asForbidden(),
    workerGroup: fields.string('Not allowed on a resource.').asForbidden(),
    region: fields.openEnumeration('Region of the cluster; the pipeline’s when absent.', regions).optional(),
    availabilityZone: fields.string('Availability zone of the cluster.').optional(),
    subnetId: fields.string('Subnet of the cluster; the default one when absent.').optional(),
    keyPair: fields.string('EC2 key pair, without which nobody can log in.').optional(),
    httpProxy: fields.reference('Proxy that the runner goes through.', ['HttpProxy']).optional(),
    initTimeout: fields.period('How long the cluster may take to come up.').optional(),
    useOnDemandOnLastAttempt: fields.boolean('Make the last try of a spot cluster an on-demand one.').optional(),
    role: fields.string('IAM role that launches the cluster.').default('DataPipelineDefaultRole'),
    resourceRole: fields.string('IAM role that the machines carry.').default('DataPipelineDefaultResourceRole'),
    ...softwareFields,
    ...machineFields,
    ...networkFields,
    enableDebugging: fields.boolean('Keep the logs of EMR’s debugger.').optional(),
    emrLogUri: fields.string('Where the cluster’s logs go; it wins over `pipelineLogUri`.').optional(),
    terminateAfter: fields
      .period('Longest life of the cluster; then its status is TIMEDOUT, what runs on it is CANCELED, and it is not tried again.')
      .orBare('hour')
      .optional()
      .note('A number alone is hours.'),
    actionOnResourceFailure: fields
      .enumeration('When the cluster fails: try its unfinished activities again, or cancel them.', ['retryall', 'retrynone'])
      .optional(),
    actionOnTaskFailure: fields.enumeration('When an activity on it fails: keep or end the cluster.', ['continue', 'terminate']).optional(),
    '@failureReason': fields.string('Why the cluster failed.').asRuntime(),
  },
  needs: { coreInstanceBidPrice: ['coreInstanceCount'] },
  example: '{ id: Cluster, type: EmrCluster, releaseLabel: emr-5.23.0, coreInstanceCount: 2, terminateAfter: 2 hours }',
  unsupported: 'Sluice has no EMR clusters.',
})
