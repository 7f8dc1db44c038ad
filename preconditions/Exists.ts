import { PermanentError } from '../engine/errors.ts'
import { definePrecondition } from '../engine/spec/index.ts'

export default definePrecondition({
  type: 'Exists',
  summary: 'Waits until the data of the data node that refers to it exists.',
  source: 'AWS Data Pipeline Developer Guide, "Exists"',
  managedBy: 'user',
  fields: {},
  example: '{ id: Ready, type: Exists }',

  async check(_fields, { node }) {
    if (!node.exists)
      throw new PermanentError('ExistsNotSupported', `${node.id} is a ${node.type}, which cannot say whether its data exists.`)
    return (await node.exists()) ? { passed: true } : { passed: false, because: `the data of ${node.id} is not there` }
  },
})
