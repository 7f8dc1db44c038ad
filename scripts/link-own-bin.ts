/** Links node_modules/.bin/sluice to this package's own launcher, so that `npx sluice` in a clone finds it at once:
 *  npm links the commands of dependencies only, and would otherwise copy the clone into its cache on every first call. */
import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '..', 'node_modules', '.bin')
const link = join(folder, 'sluice')

mkdirSync(folder, { recursive: true })
rmSync(link, { force: true })
symlinkSync(join('..', '..', 'bin', 'sluice.js'), link)
