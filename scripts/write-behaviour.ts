/** `node scripts/write-behaviour.ts`: writes docs/behaviour.md anew from the rules and the tests that show them. */
import { writeFile } from 'node:fs/promises'
import { rules } from '../test/behaviour/rules/index.ts'
import { behaviourPage } from './behaviour-page.ts'

await writeFile(new URL('../docs/behaviour.md', import.meta.url), behaviourPage(rules))
