import { defineUtility, fields } from '../engine/spec/index.ts'

export default defineUtility({
  type: 'EmrConfiguration',
  summary: 'Carries settings of one application of an EMR cluster.',
  source: 'AWS Data Pipeline Developer Guide, "EmrConfiguration"',
  fields: {
    classification: fields.string('What is configured, such as `core-site`.'),
    property: fields.references('The settings.', ['Property']).default([]),
    configuration: fields.references('Configurations inside this one.', ['EmrConfiguration']).default([]),
  },
  example: '{ id: CoreSite, type: EmrConfiguration, classification: core-site, property: BufferSize }',
  unsupported: 'it sets up an EMR cluster, and Sluice has none.',
})
