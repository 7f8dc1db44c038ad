import type { Look } from '../view/look.ts'

/** A reference page in Markdown as text for a terminal: headings stand out, and a row of a table becomes a few lines. */
export function plainPage(page: string, look: Look): string {
  return page
    .trimEnd()
    .split('\n')
    .flatMap((line) => plainLine(line, look))
    .join('\n')
}

function plainLine(line: string, look: Look): string[] {
  if (line.startsWith('```') || line.startsWith('| ---') || line.startsWith('| field |')) return []
  const heading = /^#+ (.*)$/.exec(line)
  if (heading) return [look.paint('strong', heading[1] ?? '')]
  return line.startsWith('| ') ? fieldLines(line, look) : [plain(line)]
}

function fieldLines(row: string, look: Look): string[] {
  const [name = '', value = '', absent = '', meaning = ''] = row.slice(2, -2).split(/ \| /).map(plain)
  const presence = absent && (absent === 'an error' ? ', required' : `, ${absent} when absent`)
  return [`  ${look.paint('active', name)} ${look.paint('quiet', `(${value}${presence})`)}`, `      ${meaning}`]
}

/** Without the marks of Markdown. */
function plain(text: string): string {
  return text
    .replaceAll('`', '')
    .replaceAll('\\|', '|')
    .replaceAll(/(^|\s)\*{1,2}([A-Z][^*]*)\*{1,2}/g, '$1$2')
    .trimEnd()
}
