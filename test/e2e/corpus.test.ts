import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { jsonLines, sluice } from '../support/cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const corpus = fileURLToPath(new URL('../../../shared/corpus/', import.meta.url))
const present = existsSync(`${corpus}manifest.json`)

test.skipIf(present)('the real definitions are not validated: there is no ../shared/corpus beside the repository', () => {
  expect(present).toBe(false)
})

test.runIf(present)('sluice validate tells what is wrong with every real definition, each in a sentence with a place', async () => {
  using home = temporaryFolder()
  const files = validFiles()
  const { code, stdout, stderr } = await sluice(['validate', '--json', ...files], { home: home.path })
  expect(stderr).toBe('')
  expect([0, 2]).toContain(code)
  const lines = jsonLines(stdout)
  expect(lines.at(-1)).toMatchObject({ event: 'summary', files: files.length })
  for (const line of lines.slice(0, -1)) {
    expect(line).toMatchObject({
      event: 'diagnostic',
      severity: expect.stringMatching(/^(error|warning)$/),
      message: expect.stringMatching(/\.$/),
    })
    expect(line['code']).not.toBe('BAD_SYNTAX')
  }
})

function validFiles(): string[] {
  const entries = JSON.parse(readFileSync(`${corpus}manifest.json`, 'utf8')) as { file: string; validJson: boolean }[]
  return entries.filter(({ validJson }) => validJson).map(({ file }) => `${corpus}${file}`)
}
