import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Staging } from '../spec/context.ts'
import type { DataNodeHandle } from '../spec/handles.ts'

/** Directories for the nodes of an activity that can be staged or published; the others keep their number.
 *  @see spec/behaviour.md 13 */
export function createStaging(inputs: readonly DataNodeHandle[], outputs: readonly DataNodeHandle[], workDirectory: () => string): Staging {
  const environment: Record<string, string> = {}
  const directory = async (kind: 'input' | 'output', index: number): Promise<string> => {
    const path = join(workDirectory(), 'staging', `${kind}${index + 1}`)
    await mkdir(path, { recursive: true, mode: 0o700 })
    environment[`${kind.toUpperCase()}${index + 1}_STAGING_DIR`] = path
    return path
  }
  return {
    async open() {
      for (const [index, node] of outputs.entries()) if (node.publish) await directory('output', index)
      await Promise.all(inputs.entries().map(async ([index, node]) => node.stage?.(await directory('input', index))))
    },
    env: () => ({ ...environment }),
    async publish() {
      for (const [index, node] of outputs.entries()) await node.publish?.(await directory('output', index))
    },
  }
}
