import type { DefinitionForm } from '../../definition/pipeline-definition.ts'
import type { ImportSource } from './import-source.ts'

/** A file name for each source, in their order: its pipeline's name made safe. Names that would be one file, also where letter case does
 *  not count, are told apart by the pipeline's id, or by a number where there is none. */
export function fileNames(sources: readonly Pick<ImportSource, 'name' | 'pipeline'>[], to: DefinitionForm): string[] {
  const stems = sources.map(({ name, pipeline }) => safe(name) || safe(pipeline?.id ?? '') || 'pipeline')
  const counts = Map.groupBy(stems, (stem) => stem.toLowerCase())
  const taken = new Set<string>()
  return sources.map(({ pipeline }, at) => {
    const stem = stems[at] ?? 'pipeline'
    const shared = (counts.get(stem.toLowerCase())?.length ?? 0) > 1
    return `${free(shared && pipeline ? `${stem}.${safe(pipeline.id)}` : stem, taken)}.${to}`
  })
}

function free(stem: string, taken: Set<string>): string {
  let name = stem
  for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${stem}-${number}`
  taken.add(name.toLowerCase())
  return name
}

/** File systems take 255: room is left for an id, and for the file's name while it is written. */
const mostBytes = 180

/** Letters, digits, `_`, `-` and `.` of the name, with no dot at either end. */
function safe(name: string): string {
  const plain = name.normalize('NFC').replaceAll(/[^\p{L}\p{M}\p{N}._-]+/gu, '-')
  const signs = Array.from(new Intl.Segmenter().segment(plain), ({ segment }) => segment)
  while (Buffer.byteLength(signs.join('')) > mostBytes) signs.pop()
  return signs.join('').replaceAll(/^[.-]+|[.-]+$/g, '')
}
