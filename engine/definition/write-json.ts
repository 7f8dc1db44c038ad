/** JSON as nested pairs: unlike an object, it keeps the order of keys such as "1". */
export type Json = string | readonly Json[] | JsonMap | JsonLiteral

/** A number, a boolean or null, as it is written. */
export interface JsonLiteral {
  readonly literal: string
}

export interface JsonMap {
  readonly pairs: readonly (readonly [string, Json])[]
}

/** The value as JSON text, indented by two blanks a level; maps of one short entry stay on their line. */
export function writeJson(value: Json, indent = ''): string {
  if (typeof value === 'string') return quote(value)
  if ('literal' in value) return value.literal
  const inner = `${indent}  `
  if (!('pairs' in value)) {
    return block(
      '[]',
      value.map((item) => writeJson(item, inner)),
      indent,
    )
  }
  const [first] = value.pairs
  if (value.pairs.length === 1 && first?.[0] === 'ref') return `{ "ref": ${writeJson(first[1])} }`
  return block(
    '{}',
    value.pairs.map(([key, item]) => `${quote(key)}: ${writeJson(item, inner)}`),
    indent,
  )
}

function block(brackets: string, lines: readonly string[], indent: string): string {
  if (lines.length === 0) return brackets
  return `${brackets[0]}\n${lines.map((line) => `${indent}  ${line}`).join(',\n')}\n${indent}${brackets[1]}`
}

/** The text in double quotes, on one line, as JSON and YAML both read it. What cannot be seen is escaped. */
export function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
