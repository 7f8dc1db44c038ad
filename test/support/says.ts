import type { Readable } from 'node:stream'

/** Resolves as soon as what a process says matches; rejects with all it said when it ends before. What it says afterwards is read and forgotten: a
 *  server that nobody listens to stops for good once its pipe is full. */
export function says(output: Readable, pattern: RegExp, name: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let said = ''
  let matched = false
  output.setEncoding('utf8').on('data', (text: string) => {
    if (matched) return
    said += text
    matched = pattern.test(said)
    if (matched) resolve()
  })
  output.once('end', () => reject(new Error(`${name} ended before it said ${pattern}:\n${said}`)))
  return promise
}
