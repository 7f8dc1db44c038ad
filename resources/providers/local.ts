import { createHash } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ResourceProvider } from './provider.ts'

/** A machine that is a directory of this one, `<home>/resources/<id>`, another for each attempt: work on it runs in the worker's own process
 *  groups, which end with the attempts that lose their fence when the machine is shut down. */
export const localProvider: ResourceProvider = {
  async provision({ home, pipelineId, instanceId, attemptNumber }) {
    const id = localId(pipelineId, instanceId)
    // What a maker left behind that died before it could say so.
    const earlier = Array.from({ length: attemptNumber - 1 }, (_, index) => `${id}-${index + 1}`)
    await Promise.all(earlier.map((left) => remove(home, left)))
    const resourceId = `${id}-${attemptNumber}`
    await mkdir(directoryOf(home, resourceId), { recursive: true, mode: 0o700 })
    return { resourceId }
  },
  terminate: ({ resourceId }, { home }) => remove(home, resourceId),
}

async function remove(home: string, resourceId: string): Promise<void> {
  await rm(directoryOf(home, resourceId), { recursive: true, force: true })
}

/** Where the files of a local resource are. Throws when the id is not one that this provider gives. */
export function directoryOf(home: string, resourceId: string): string {
  if (!/^local-[\w-]+$/.test(resourceId)) throw new Error(`${resourceId} is not a local resource.`)
  return join(home, 'resources', resourceId)
}

/** Readable, safe as a file name, and different for different instances whatever characters their ids hold. */
function localId(pipelineId: string, instanceId: string): string {
  const digest = createHash('sha256').update(`${pipelineId}\0${instanceId}`).digest('hex').slice(0, 12)
  const readable = instanceId.replaceAll(/[^\w-]+/g, '_').slice(0, 60)
  return `local-${readable}-${digest}`
}
