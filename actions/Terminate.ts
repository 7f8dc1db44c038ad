import { defineAction } from '../engine/spec/index.ts'

export default defineAction({
  type: 'Terminate',
  summary: 'Cancels the object whose event fired it, when that has not ended.',
  source: 'AWS Data Pipeline Developer Guide, "Terminate"',
  fields: {},
  example: '{ id: StopIt, type: Terminate }',

  async perform(_fields, { cancelNode, event }) {
    await cancelNode(`Terminated by its ${event}.`)
  },
})
