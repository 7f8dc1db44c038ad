import { parentPort } from 'node:worker_threads'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'
import { campaign } from './campaign.ts'
import type { ThreadRequest } from './threads.ts'

const catalog = await loadCatalog()

parentPort?.on('message', ({ from, seeds }: ThreadRequest) => {
  campaign(catalog, from, seeds).then(
    (result) => parentPort?.postMessage(result, []),
    (error: unknown) => {
      throw error
    },
  )
})
