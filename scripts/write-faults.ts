/** `node scripts/write-faults.ts`: writes docs/faults.md anew from the rows of test/faults. */
import { writeFile } from 'node:fs/promises'
import { brokenBuilds } from '../test/faults/broken-builds/index.ts'
import { faultRows } from '../test/faults/rows/index.ts'
import { faultsPage } from './faults-page.ts'

await writeFile(new URL('../docs/faults.md', import.meta.url), faultsPage(faultRows, brokenBuilds))
