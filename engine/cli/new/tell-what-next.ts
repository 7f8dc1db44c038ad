import type { Terminal } from '../terminal.ts'

/** What was written, and what of it the person has to know. */
export interface Written {
  readonly file: string
  /** Of the pipeline. */
  readonly name: string
  readonly template: string
  /** Folders and files beside the new file that came with it. */
  readonly samples: readonly string[]
  /** Ids of secret parameters that the file has no value for. */
  readonly withheld: readonly string[]
  /** Types that this version does not run yet. */
  readonly toCome: readonly string[]
}

/** Says what was written and which commands come next. */
export function tellWhatNext(written: Written, json: boolean, { print, look }: Pick<Terminal, 'print' | 'look'>): void {
  const { file, name, template, samples, withheld, toCome } = written
  const secrets = withheld.map((id) => ` --param ${id}=...`).join('')
  const validate = `sluice validate ${shellWord(file)}${secrets}`
  const run = `sluice run ${shellWord(file)}${secrets}`
  if (json) return print(JSON.stringify({ event: 'written', ...written, validate, run }))
  print(`${look.paint('good', look.glyph('finished'))} ${file} is written: the pipeline ${name}, from the template ${template}.`)
  for (const sample of samples) print(`  Beside it lies ${sample}, data to try it with.`)
  if (withheld.length > 0) {
    print(
      `  Not in it: ${withheld.join(', ')}. What is secret does not belong into a file that is copied and committed; give it at each run.`,
    )
  }
  if (toCome.length > 0) print(`  This version checks it, but does not run it yet: ${toCome.join(', ')}.`)
  print(`  ${look.paint('quiet', 'check it:')}  ${validate}`)
  print(`  ${look.paint('quiet', 'run it:')}    ${run}`)
}

function shellWord(text: string): string {
  return /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
