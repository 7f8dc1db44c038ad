import { severalOf, text, type JsonSchema } from './json-schema-fields.ts'

/** One test that a definition carries, as `sluice test` reads it. */
export const testSchema: JsonSchema = {
  type: 'object',
  required: ['name', 'expect'],
  properties: {
    name: { type: 'string', description: 'What the test shows.' },
    parameters: { type: 'object', description: 'Values of parameters, as --param gives them.', additionalProperties: severalOf(text) },
    at: {
      type: 'string',
      description: 'The interval that holds it; on demand and where schedules begin at activation, the time of that. UTC.',
    },
    expect: {
      type: 'object',
      properties: {
        objects: {
          type: 'object',
          description: 'What fields come to, by object; null for one that is left out.',
          additionalProperties: { type: 'object', additionalProperties: { anyOf: [severalOf(text), { type: 'null' }] } },
        },
        errors: { type: 'array', description: 'Codes that activation refuses it with, in any order.', items: { type: 'string' } },
      },
      additionalProperties: false,
    },
  },
  additionalProperties: false,
}
