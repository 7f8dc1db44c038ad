import { defineUtility, fields } from '../engine/spec/index.ts'

export default defineUtility({
  type: 'EbsConfiguration',
  summary: 'Carries the EBS volumes of a group of machines of an EMR cluster.',
  source: 'AWS Data Pipeline Developer Guide, "EbsConfiguration"',
  fields: {
    ebsOptimized: fields.boolean('Give the machines a line of their own to their volumes.').optional(),
    ebsBlockDeviceConfig: fields.references('The volumes.', ['EbsBlockDeviceConfig']).default([]),
  },
  example: '{ id: Disks, type: EbsConfiguration, ebsOptimized: true, ebsBlockDeviceConfig: Disk }',
  unsupported: 'it sets up an EMR cluster, and Sluice has none.',
})
