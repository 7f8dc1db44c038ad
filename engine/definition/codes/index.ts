import type { CodePage } from './code-page.ts'
import { meaningCodes } from './meaning-codes.ts'
import { objectCodes } from './object-codes.ts'
import { testCodes } from './test-codes.ts'
import { textCodes } from './text-codes.ts'

const pages = { ...textCodes, ...objectCodes, ...meaningCodes, ...testCodes }

/** UPPER_SNAKE, one for each kind of diagnostic. */
export type DiagnosticCode = keyof typeof pages

/** Every kind of diagnostic and what there is to say about it. */
export const diagnosticCodes: ReadonlyMap<string, CodePage> = new Map(Object.entries(pages))
