import { defineUtility, fields } from '../engine/spec/index.ts'

export default defineUtility({
  type: 'VolumeSpecification',
  summary: 'Carries the sort and size of an EBS volume.',
  source: 'AWS Data Pipeline Developer Guide, "VolumeSpecification"',
  fields: {
    volumeType: fields.string('EBS volume type: `gp2`, `io1` or `standard`.').optional(),
    sizeInGB: fields.integer('Size in gibibytes.').optional(),
    iops: fields.integer('Operations a second, for `io1`.').optional(),
  },
  example: '{ id: Fast, type: VolumeSpecification, volumeType: io1, sizeInGB: 100, iops: 1000 }',
  unsupported: 'it sets up an EMR cluster, and Sluice has none.',
})
