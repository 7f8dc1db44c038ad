import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { jsonLines, sluice, startSluice, type CliResult, type RunningCli } from '../../support/cli.ts'
import type { SaidEnding } from '../../support/up.ts'

/** A process of the cluster: killed, frozen and started again by its name. */
export interface Member {
  readonly name: string
  readonly pid: number
  /** What it has said has ended, over all its lives. */
  readonly endings: readonly SaidEnding[]
  /** Sentences of trouble that it told, over all its lives. */
  readonly messages: readonly string[]
  kill(signal: NodeJS.Signals): void
  readonly running: boolean
  /** Resolves with the end of its present life. */
  readonly ended: Promise<CliResult>
  /** Begins another life, of the same home; `env` is added for good. Resolves once it is up. */
  start(env?: Readonly<Record<string, string>>): Promise<void>
}

export interface Cluster extends AsyncDisposable {
  readonly servers: readonly Member[]
  readonly workers: readonly Member[]
  readonly members: readonly Member[]
  /** Adds one more; resolves once it is up. */
  add(part: 'server' | 'worker', options?: MemberOptions): Promise<Member>
  /** Runs a command of the command line on the cluster's database. Rejects when it fails. */
  command(...args: readonly string[]): Promise<Record<string, unknown>[]>
  readonly endings: readonly SaidEnding[]
}

export interface MemberOptions {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly home?: string
}

export interface ClusterOptions {
  /** A folder in which each member has a home of its own, besides the one that all share for `s3://`. */
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  readonly servers?: number
  readonly workers?: number
  readonly workerArgs?: readonly string[]
}

/** Servers and workers as processes of their own on one database and queue, which `env` names. */
export async function startCluster({ folder, env, servers = 1, workers = 1, workerArgs = [] }: ClusterOptions): Promise<Cluster> {
  const home = join(folder, 'home')
  const members: (Member & AsyncDisposable)[] = []
  const add = async (part: 'server' | 'worker', options: MemberOptions = {}): Promise<Member> => {
    const name = `${part}${members.filter((member) => member.name.startsWith(part)).length + 1}`
    const member = makeMember(name, [part, '--json', ...(options.args ?? (part === 'worker' ? workerArgs : []))], {
      home: options.home ?? home,
      env: { ...env, ...options.env },
    })
    members.push(member)
    await member.start()
    return member
  }
  await Promise.all([...Array.from({ length: servers }, () => add('server')), ...Array.from({ length: workers }, () => add('worker'))])
  const ofPart = (part: string) => members.filter(({ name }) => name.startsWith(part))
  return {
    add,
    get servers() {
      return ofPart('server')
    },
    get workers() {
      return ofPart('worker')
    },
    get members() {
      return members
    },
    get endings() {
      return members.flatMap(({ endings }) => endings)
    },
    async command(...args) {
      const { code, stdout, stderr } = await sluice([...args, '--json'], { home, env })
      if (code !== 0) throw new Error(`sluice ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`)
      return stdout.trim() === '' ? [] : jsonLines(stdout)
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(members.map((member) => member[Symbol.asyncDispose]()))
    },
  }
}

function makeMember(name: string, args: readonly string[], { home, env }: { home: string; env: Readonly<Record<string, string>> }) {
  const [endings, messages]: [SaidEnding[], string[]] = [[], []]
  let added: Readonly<Record<string, string>> = {}
  let cli: RunningCli | undefined
  const life = (): RunningCli => {
    if (!cli) throw new Error(`${name} has not been started.`)
    return cli
  }
  return {
    name,
    endings,
    messages,
    get pid() {
      return life().child.pid ?? 0
    },
    get running() {
      return life().child.exitCode === null && life().child.signalCode === null
    },
    get ended() {
      return life().ended
    },
    kill: (signal: NodeJS.Signals) => void life().child.kill(signal),
    async start(more: Readonly<Record<string, string>> = {}) {
      added = { ...added, ...more }
      cli = startSluice(args, { home, env: { ...env, ...added } })
      createInterface({ input: cli.child.stdout }).on('line', (line) => hear(line, endings, messages))
      await cli.shows(/"event":"(server|worker)"/)
    },
    async [Symbol.asyncDispose]() {
      if (!cli) return
      cli.child.kill('SIGCONT')
      await cli[Symbol.asyncDispose]()
    },
  }
}

function hear(line: string, endings: SaidEnding[], messages: string[]): void {
  if (line.startsWith('{"event":"ended"')) endings.push(JSON.parse(line) as SaidEnding)
  if (line.startsWith('{"event":"message"')) messages.push((JSON.parse(line) as { message: string }).message)
}
