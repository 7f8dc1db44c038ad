import type { BrokenBuild } from '../test/faults/broken-builds/broken-build.ts'
import type { FaultRow } from '../test/faults/rows/fault-row.ts'
import { code, tableRow, testCell } from './markdown-table.ts'

/** The text of docs/faults.md. */
export function faultsPage(rows: readonly FaultRow[], builds: readonly BrokenBuild[]): string {
  const whole = rows.filter(({ lacks }) => lacks === undefined).length
  return `${head}
Of ${rows.length} faults ${whole} are survived as said, ${rows.length - whole} with what their row says is lacking. ${builds.length} mechanisms were each taken out once, and a test failed.

| fault | what holds, and by what | shown by | noticed when taken out |
| --- | --- | --- | --- |
${rows.map((row) => line(row, builds)).join('\n')}
`
}

const head = `# Faults, and what shows that they are survived

Generated from test/faults by \`npm run reference\`; more are to come. Each fault is made on real servers and processes. After it the checker of
test/faults/rig/invariants.ts asserts what always holds: each interval planned once, at most one attempt of an instance at work and one that
finished, what waits served only when its inputs have ended well, steps only along the table of statuses, no lease left behind, and each failure told.

\`npm test\` runs a short slice of each fault listed here; \`npm run faults -- F43\` the campaign of one; \`npm run broken-builds\` takes each mechanism out,
one at a time, and sees its test fail.
`

function line({ id, fault, holds, in: files, tests, lacks }: FaultRow, builds: readonly BrokenBuild[]): string {
  const said = [holds, lacks && `*Lacks:* ${lacks}`].filter((text) => text !== undefined).join(' ')
  const taken = builds.filter(({ row }) => row === id).map(({ mechanism }) => mechanism)
  return tableRow([`**${id}** ${fault}`, `${said} ${files.map(code).join(', ')}`, tests.map(testCell).join('<br>'), taken.join('<br>')])
}
