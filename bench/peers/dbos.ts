import { loadPeer, timed, type Peer, type PeerDriver } from '../lib/peer.ts'

interface DbosPackage {
  DBOS: {
    setConfig(config: { name: string; systemDatabaseUrl: string; logLevel: string; runAdminServer: boolean }): void
    launch(): Promise<void>
    shutdown(): Promise<void>
    registerWorkflow(workflow: (length: number) => Promise<void>, config: { name: string }): Chain
    runStep(step: () => Promise<void>, config: { name: string }): Promise<void>
  }
}

type Chain = (length: number) => Promise<void>

/** One workflow whose steps are the chain: each step's end is recorded before the next begins. */
export const dbos: PeerDriver = { name: 'DBOS 5.3.0', open }

let registered: Chain | undefined

async function open(databaseUrl: string): Promise<Peer> {
  const { DBOS } = await loadPeer<DbosPackage>('@dbos-inc/dbos-sdk')
  const chain = (registered ??= register(DBOS)) // DBOS keeps workflows for the whole process
  DBOS.setConfig({ name: 'sluice-bench', systemDatabaseUrl: databaseUrl, logLevel: 'error', runAdminServer: false })
  await DBOS.launch()
  return {
    chain: (length) => timed(() => chain(length)),
    [Symbol.asyncDispose]: () => DBOS.shutdown(),
  }
}

function register(DBOS: DbosPackage['DBOS']): Chain {
  const steps: Chain = async (length) => {
    for (let step = 1; step <= length; step++) await DBOS.runStep(async () => {}, { name: `step-${step}` })
  }
  return DBOS.registerWorkflow(steps, { name: 'chain' })
}
