import type { CodePage } from './code-page.ts'

/** What can be wrong with the tests that a definition carries; `sluice test` tells it. */
export const testCodes = {
  BAD_TEST: {
    title: 'A test is not written as tests are',
    why: 'What it expects would not be looked at, so none of the tests of the file is run.',
    cure: 'Write `{ name: ..., parameters: {...}, at: ..., expect: { objects: {...}, errors: [...] } }`; `sluice test --help` shows one.',
  },
  UNKNOWN_TEST_KEY: {
    title: 'A test has a key that tests do not have',
    why: 'What stands under it would not be looked at, so none of the tests of the file is run.',
    cure: 'Take the key from the hint.',
  },
  UNKNOWN_OBJECT: {
    title: 'A test names an object that is not there',
    why: 'Nothing can be expected of it. Objects without a type are only parents, and have no fields of their own at run time.',
    cure: 'Take the id from the hint, or expect the field of an object that inherits it.',
  },
} as const satisfies Record<string, CodePage>
