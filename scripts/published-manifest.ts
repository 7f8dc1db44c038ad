/** `prepack` takes Node itself (node-linux-*) out of package.json before it is published: a user of the package has a Node.
 *  `postpack` puts the file back as it was. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const manifest = join(import.meta.dirname, '..', 'package.json')
const original = `${manifest}.before-pack`

const step = process.argv[2]
if (step === 'prepack') prepack()
else if (step === 'postpack') postpack()
else throw new Error('Say which step it is: prepack or postpack.')

function prepack(): void {
  postpack() // an interrupted pack left the shortened file behind
  const text = readFileSync(manifest, 'utf8')
  writeFileSync(original, text)
  writeFileSync(manifest, `${JSON.stringify(published(JSON.parse(text) as Manifest), undefined, 2)}\n`)
}

function postpack(): void {
  if (existsSync(original)) renameSync(original, manifest)
}

interface Manifest {
  readonly optionalDependencies: Readonly<Record<string, string>>
}

function published(all: Manifest): Manifest {
  const kept = Object.entries(all.optionalDependencies).filter(([name]) => !name.startsWith('node-linux-'))
  return { ...all, optionalDependencies: Object.fromEntries(kept) }
}
