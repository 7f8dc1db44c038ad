import { defineResource, fields } from '../engine/spec/index.ts'
import { regions } from '../engine/spec/regions.ts'
import { localProvider } from './providers/local.ts'

const roleNote = 'AWS demands it, usually on Default, and its own examples leave it out. It means nothing to the local provider.'

export default defineResource({
  type: 'Ec2Resource',
  summary: 'Provides one machine for activities and takes it away after them.',
  source: 'AWS Data Pipeline Developer Guide, "Ec2Resource"',
  fields: {
    runsOn: fields.reference('Not allowed on a resource.', []).asForbidden(),
    workerGroup: fields.string('Not allowed on a resource.').asForbidden(),
    region: fields.openEnumeration('Region of the machine; the pipeline’s when absent.', regions).optional(),
    availabilityZone: fields.string('Availability zone of the machine.').optional(),
    subnetId: fields.string('Subnet of the machine; the default one when absent.').optional(),
    keyPair: fields.string('EC2 key pair, without which nobody can log in.').optional(),
    httpProxy: fields.reference('Proxy that the runner goes through.', ['HttpProxy']).optional(),
    initTimeout: fields.period('How long the machine may take to come up; then that try has failed.').optional(),
    useOnDemandOnLastAttempt: fields
      .boolean('Make the last try of a spot machine an on-demand one.')
      .optional()
      .note('It means nothing to the local provider, which has no spot machines.'),
    role: fields.string('IAM role that launches the machine.').optional().note(roleNote),
    resourceRole: fields.string('IAM role that the machine carries.').optional().note(roleNote),
    instanceType: fields.string('EC2 instance type; by region when absent.').optional(),
    imageId: fields.string('Machine image; by region when absent.').optional(),
    securityGroups: fields.strings('Security groups by name.').default([]),
    securityGroupIds: fields.strings('Security groups by id, for a VPC of your own.').default([]),
    associatePublicIpAddress: fields.boolean('Give the machine a public address; by network when absent.').optional(),
    spotBidPrice: fields.string('Highest price an hour in dollars, above 0 and below 20.').optional(),
    runAsUser: fields.string('Account that the runner runs under.').optional(),
    terminateAfter: fields
      .period('Longest life of the machine; then its status is TIMEDOUT, what runs on it is CANCELED, and it is not tried again.')
      .orBare('hour')
      .optional()
      .note('A number alone is hours.'),
    actionOnResourceFailure: fields
      .enumeration('When the machine fails: try its unfinished activities again, or cancel them.', ['retryall', 'retrynone'])
      .optional(),
    actionOnTaskFailure: fields.enumeration('When an activity on it fails: keep or end the machine.', ['continue', 'terminate']).optional(),
    instanceCount: fields.integer('One machine an object is the limit.').optional().asDeprecated(),
    minInstanceCount: fields.integer('One machine an object is the limit.').optional().asDeprecated(),
    logUri: fields.string('Where the runner’s own logs go.').optional(),
    '@failureReason': fields.string('Why the machine failed.').asRuntime(),
  },
  example: '{ id: Machine, type: Ec2Resource, instanceType: t3.micro, terminateAfter: 2 hours }',
  notes: ['The local provider gives a directory of the worker’s own machine; size, network, roles and spot prices mean nothing to it.'],

  provision: (_fields, context) => localProvider.provision(context),
  terminate: (resource, context) => localProvider.terminate(resource, context),
})
