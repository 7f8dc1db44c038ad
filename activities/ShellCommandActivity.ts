import { defineActivity, fields } from '../engine/spec/index.ts'

export default defineActivity({
  type: 'ShellCommandActivity',
  summary: 'Runs a command or a script, on a resource or in a worker group.',
  source: 'AWS Data Pipeline Developer Guide, "ShellCommandActivity"',
  fields: {
    command: fields.string('The command to run; `$1`, `$2` are the values of `scriptArgument`.').optional().asShell(),
    scriptUri: fields.s3Uri('A script to download and run instead of a command: `s3://`, or `file:` on the worker.').optional(),
    scriptArgument: fields
      .strings('Positional arguments: `$1`, `$2` …')
      .default([])
      .note('AWS’s guide calls arguments beside `scriptUri` an error while a published sample passes them: they are passed.'),
    stage: fields
      .boolean('Give the command local directories: `INPUT1_STAGING_DIR` …, `OUTPUT1_STAGING_DIR` …, in the order of the references.')
      .default('false'),
    stdout: fields.string('Where a copy of the standard output goes: `s3://`, or a path on the worker.').optional(),
    stderr: fields.string('Where a copy of the error output goes: `s3://`, or a path on the worker.').optional(),
    input: fields.dataNodes('Data that must be there first; S3DataNodes are staged.').default([]),
    output: fields.dataNodes('Data that the command makes; S3DataNodes with a `directoryPath` are staged.').default([]),
  },
  exactlyOneOf: [['command', 'scriptUri']],
  example: '{ id: MakeDirectory, type: ShellCommandActivity, command: mkdir new-directory }',
  notes: [
    'The attempt fails when the command ends with anything but 0; staged outputs are then left as they were.',
    'Output directories are published only after the command has ended with 0, each as a whole. What the command itself writes elsewhere cannot be fenced.',
  ],

  async run({ command, scriptUri, scriptArgument, stage, stdout, stderr }, { load, shell, staging }) {
    const script = await load({ inline: command, uri: scriptUri })
    if (stage) await staging.open()
    await shell(script, { args: scriptArgument, env: stage ? staging.env() : {}, stdout, stderr })
    if (stage) await staging.publish()
  },
})
