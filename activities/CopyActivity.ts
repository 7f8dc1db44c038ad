import { defineActivity, fields } from '../engine/spec/index.ts'
import { copy } from '../engine/data/copy.ts'
import { PermanentError } from '../engine/errors.ts'

export default defineActivity({
  type: 'CopyActivity',
  summary: 'Moves rows or files between S3 locations and SQL tables, in either direction.',
  source: 'AWS Data Pipeline Developer Guide, "CopyActivity"',
  fields: {
    input: fields.dataNode('What is read.', ['S3DataNode', 'SqlDataNode', 'MySqlDataNode']).optional(),
    output: fields.dataNode('What is written.', ['S3DataNode', 'SqlDataNode', 'MySqlDataNode']).optional(),
  },
  example: '{ id: Load, type: CopyActivity, input: File, output: Orders }',
  notes: [
    'The copy takes the cheapest way that both ends know: bytes are passed through unread where they can be.',
    'A value that the target would cut or round fails the attempt, and nothing is published.',
  ],

  async run({ id, input, output }, context) {
    if (!input || !output) throw new PermanentError('MissingDataNode', `${id} needs an input and an output.`)
    const { rows, bytes, place } = await copy(input, output, context)
    context.progress({ ...(rows !== undefined && { rows }), ...(bytes !== undefined && { bytes }), place, note: 'written' })
  },
})
