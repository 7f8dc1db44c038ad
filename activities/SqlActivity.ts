import { readFile } from 'node:fs/promises'
import { defineActivity, fields, type Script } from '../engine/spec/index.ts'
import { runScript } from '../engine/data/run-script.ts'

export default defineActivity({
  type: 'SqlActivity',
  summary: 'Runs a SQL script on a database, as one transaction.',
  source: 'AWS Data Pipeline Developer Guide, "SqlActivity"',
  fields: {
    database: fields.database('The database that runs the script.', ['JdbcDatabase', 'RdsDatabase', 'RedshiftDatabase']),
    script: fields.string('The script; its expressions are evaluated.').optional(),
    scriptUri: fields.s3Uri('A script to download instead; its text is not evaluated.').optional(),
    scriptArgument: fields
      .strings('Values for the placeholders of the script: `?` takes the next one; on PostgreSQL `$1` takes the first.')
      .default([])
      .note('Values are bound, never spliced into the text. With values, the operator `?` is written `??`.'),
    queue: fields.string('Query group, on Redshift only.').optional(),
    input: fields.dataNode('Data that must be there first; for `#{input.x}`.').optional(),
    output: fields
      .dataNode('Data that the script makes; for `#{output.x}`.')
      .optional()
      .note('Results are not written here, but the `createTableSql` of the node runs first when its table is missing.'),
  },
  exactlyOneOf: [['script', 'scriptUri']],
  example: '{ id: Sum, type: SqlActivity, database: Shop, script: "delete from totals where day = ?", scriptArgument: "2026-01-01" }',
  notes: [
    'A script that failed or was cancelled leaves nothing behind, unless it has VACUUM or its like, has its own transactions, or is DDL on MySQL, which commits by itself.',
    'What an earlier attempt of the same instance still holds in the database, its worker being paused or cut off, is ended by the server: the newer one does not wait for it.',
    'A script whose commit succeeded but whose report was lost runs again: write it so that it may, with DELETE before INSERT.',
  ],

  async run({ database, script, scriptUri, scriptArgument, queue, output }, context) {
    if (queue !== undefined) context.log.warn('queue is for Redshift only and has no effect here.')
    const text = await textOf(await context.load({ inline: script, uri: scriptUri }))
    const client = context.clients.sql(await database.connection())
    await output?.prepare?.()
    await runScript(client, text, scriptArgument, context)
  },
})

async function textOf({ text, file }: Script): Promise<string> {
  return text ?? (await readFile(file ?? '', 'utf8'))
}
