import { formatDiagnostic } from '../../definition/diagnostic.ts'
import { readExported } from '../../definition/import/read-exported.ts'
import { SluiceError } from '../../errors.ts'
import { readText } from '../read-text.ts'
import type { ImportSource } from './import-source.ts'

/** The pipeline in an exported file, named after the file unless it says its name. Throws a SluiceError with all mistakes. */
export function readExportedFile(file: string): ImportSource {
  const { pipeline, diagnostics } = readExported(readText(file), file)
  if (!pipeline) throw new SluiceError(`${file} is not imported:\n${diagnostics.map(formatDiagnostic).join('\n')}`, { exitCode: 2 })
  const { name = baseName(file), ...rest } = pipeline
  return { origin: file, name, ...rest }
}

/** The file's name without folder and ending. */
export function baseName(file: string): string {
  const base = file.split('/').at(-1) ?? file
  return base.replace(/\.(json|txt)$/i, '') || base
}
