import { defineUtility, fields } from '../engine/spec/index.ts'

export default defineUtility({
  type: 'ShellScriptConfig',
  summary: 'Names a script that runs before or after an activity of a cluster.',
  source: 'AWS Data Pipeline Developer Guide, "ShellScriptConfig"',
  fields: {
    scriptUri: fields.s3Uri('The script.').optional(),
    scriptArgument: fields.strings('Its arguments.').default([]),
  },
  example: '{ id: Prepare, type: ShellScriptConfig, scriptUri: "s3://demo/prepare.sh" }',
  unsupported: 'it runs beside an activity of an EMR cluster, and Sluice has none.',
})
