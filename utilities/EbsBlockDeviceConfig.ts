import { defineUtility, fields } from '../engine/spec/index.ts'

export default defineUtility({
  type: 'EbsBlockDeviceConfig',
  summary: 'Says how many EBS volumes of one sort a machine has.',
  source: 'AWS Data Pipeline Developer Guide, "EbsBlockDeviceConfig"',
  fields: {
    volumesPerInstance: fields.integer('How many volumes.').optional(),
    volumeSpecification: fields.reference('Of which sort.', ['VolumeSpecification']).optional(),
  },
  example: '{ id: Disk, type: EbsBlockDeviceConfig, volumesPerInstance: 2, volumeSpecification: Fast }',
  unsupported: 'it sets up an EMR cluster, and Sluice has none.',
})
