/** The same bytes in buffers of exactly the sizes that `sizeOf(0)`, `sizeOf(1)` … say, but for a shorter last one; none when there are no bytes. */
export async function* regroup(
  chunks: AsyncIterable<Uint8Array>,
  sizeOf: (index: number) => number,
): AsyncGenerator<Buffer, void, undefined> {
  let index = 0
  let group = Buffer.allocUnsafeSlow(sizeOf(0))
  let filled = 0
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length;) {
      const taken = Math.min(chunk.length - at, group.length - filled)
      group.set(chunk.subarray(at, at + taken), filled)
      at += taken
      filled += taken
      if (filled < group.length) continue
      yield group
      group = Buffer.allocUnsafeSlow(sizeOf(++index))
      filled = 0
    }
  }
  if (filled > 0) yield group.subarray(0, filled)
}
