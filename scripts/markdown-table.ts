/** `path/of.test.ts > title` as a cell shows it. */
export function testCell(name: string): string {
  const [file = '', title = ''] = name.split(' > ', 2)
  return `${code(file)}: ${title}`
}

export function code(text: string): string {
  return `\`${text}\``
}

/** A row of a table. A bar would end a cell, a sign of HTML begin a tag. */
export function tableRow(cells: readonly string[]): string {
  const escaped = cells.map((text) => text.replaceAll('|', '\\|').replaceAll(/<(?!br>)(?=[^`]*(?:`[^`]*`[^`]*)*$)/g, '&lt;'))
  return `| ${escaped.join(' | ')} |`
}
