import { defineUtility, fields } from '../engine/spec/index.ts'

export default defineUtility({
  type: 'Property',
  summary: 'Carries one setting of an EmrConfiguration.',
  source: 'AWS Data Pipeline Developer Guide, "Property"',
  fields: {
    key: fields.string('Name of the setting.'),
    value: fields.string('Value of the setting.'),
  },
  example: '{ id: BufferSize, type: Property, key: io.file.buffer.size, value: 65536 }',
  unsupported: 'it sets up an EMR cluster, and Sluice has none.',
})
