/** `value` as JSON that PostgreSQL can take texts from: it has no NUL, and no half of a surrogate pair, such as a message cut in the middle of
 *  an emoji has. Either would have it refuse the whole statement, for ever. */
export function storedJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? storedText(part) : part))
}

/** `text` as PostgreSQL can hold it. */
export function storedText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD')
}
