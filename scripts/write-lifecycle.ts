/** `node scripts/write-lifecycle.ts`: writes docs/lifecycle.md anew from the table of statuses. */
import { writeFile } from 'node:fs/promises'
import { lifecyclePage } from '../engine/lifecycle/lifecycle-page.ts'

await writeFile(new URL('../docs/lifecycle.md', import.meta.url), lifecyclePage())
