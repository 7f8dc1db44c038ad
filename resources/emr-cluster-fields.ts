import { fields } from '../engine/spec/index.ts'

/** What is installed on a cluster. */
export const softwareFields = {
  releaseLabel: fields.string('EMR release from 4.0 on, such as `emr-5.23.0`.').optional(),
  amiVersion: fields.string('Machine image of EMR releases before 4.0, such as `3.11.0`.').optional(),
  hadoopVersion: fields.string('Hadoop of an EMR release before 4.0.').optional(),
  applications: fields.strings('Applications to install, for `releaseLabel`; Hive and Pig when absent.').optional(),
  supportedProducts: fields.strings('Third-party software to install, for `amiVersion`.').optional(),
  installHive: fields.string('Version of Hive to install.').optional(),
  bootstrapAction: fields
    .strings('Scripts that run on every machine when it starts: a path and its arguments, with commas between them.')
    .default([]),
  configuration: fields.references('Settings of the cluster’s applications.', ['EmrConfiguration']).default([]),
  masterGroupConfiguration: fields.reference('Settings for the main machine.', ['EmrConfiguration']).optional(),
  coreGroupConfiguration: fields.reference('Settings for the core machines.', ['EmrConfiguration']).optional(),
  taskGroupConfiguration: fields.reference('Settings for the task machines.', ['EmrConfiguration']).optional(),
  hadoopSchedulerType: fields
    .enumeration('How Hadoop shares the cluster among jobs.', [
      'PARALLEL_FAIR_SCHEDULING',
      'PARALLEL_CAPACITY_SCHEDULING',
      'DEFAULT_SCHEDULER',
    ])
    .optional(),
} as const

/** How many machines of which sort, at what price, with which disks. */
export const machineFields = {
  masterInstanceType: fields.string('EC2 instance type of the main machine.').optional(),
  coreInstanceType: fields.string('EC2 instance type of the core machines.').optional(),
  taskInstanceType: fields.string('EC2 instance type of the task machines.').optional(),
  coreInstanceCount: fields.integer('How many core machines there are.').optional(),
  taskInstanceCount: fields.integer('How many task machines there are.').optional(),
  masterInstanceBidPrice: fields.string('Highest spot price an hour of the main machine, in dollars, above 0 and below 20.').optional(),
  coreInstanceBidPrice: fields.string('Highest spot price an hour of a core machine, in dollars, above 0 and below 20.').optional(),
  taskInstanceBidPrice: fields.string('Highest spot price an hour of a task machine, in dollars, above 0 and below 20.').optional(),
  masterEbsConfiguration: fields.reference('EBS volumes of the main machine.', ['EbsConfiguration']).optional(),
  coreEbsConfiguration: fields.reference('EBS volumes of the core machines.', ['EbsConfiguration']).optional(),
  taskEbsConfiguration: fields.reference('EBS volumes of the task machines.', ['EbsConfiguration']).optional(),
  EbsBlockDeviceConfig: fields
    .reference('A set of EBS volumes.', ['EbsBlockDeviceConfig'])
    .optional()
    .note('In the guide’s list with a capital; the examples reach it through an EbsConfiguration.'),
  VolumeSpecification: fields
    .reference('Kind and size of an EBS volume.', ['VolumeSpecification'])
    .optional()
    .note('In the guide’s list with a capital; the examples reach it through an EbsBlockDeviceConfig.'),
} as const

/** Who may reach a cluster. */
export const networkFields = {
  emrManagedMasterSecurityGroupId: fields.string('Security group of the main machine, which EMR manages.').optional(),
  emrManagedSlaveSecurityGroupId: fields.string('Security group of the other machines, which EMR manages.').optional(),
  serviceAccessSecurityGroupId: fields.string('Security group by which EMR reaches a private subnet.').optional(),
  additionalMasterSecurityGroupIds: fields.strings('More security groups of the main machine.').default([]),
  additionalSlaveSecurityGroupIds: fields.strings('More security groups of the other machines.').default([]),
  visibleToAllUsers: fields.boolean('Let every user of the AWS account see the cluster.').optional(),
} as const
