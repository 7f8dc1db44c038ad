import { definePrecondition, fields } from '../engine/spec/index.ts'

export default definePrecondition({
  type: 'ShellCommandPrecondition',
  summary: 'Waits until a command or a script ends with 0.',
  source: 'AWS Data Pipeline Developer Guide, "ShellCommandPrecondition"',
  managedBy: 'user',
  fields: {
    command: fields.string('The command to run; `$1`, `$2` are the values of `scriptArgument`.').optional().asShell(),
    scriptUri: fields.s3Uri('A script to download and run instead of a command: `s3://`, or `file:` on the worker.').optional(),
    scriptArgument: fields.strings('Positional arguments: `$1`, `$2` …').default([]),
    stdout: fields.string('Where a copy of the standard output goes: `s3://`, or a path on the worker.').optional(),
    stderr: fields.string('Where a copy of the error output goes: `s3://`, or a path on the worker.').optional(),
  },
  exactlyOneOf: [['command', 'scriptUri']],
  example: '{ id: PortOpen, type: ShellCommandPrecondition, command: "nc -z db.example.com 5432" }',

  async check({ command, scriptUri, scriptArgument, stdout, stderr }, { load, shell, signal }) {
    const script = await load({ inline: command, uri: scriptUri })
    try {
      await shell(script, { args: scriptArgument, stdout, stderr })
      return { passed: true }
    } catch (error) {
      signal.throwIfAborted()
      return { passed: false, because: error instanceof Error ? error.message : String(error) }
    }
  },
})
