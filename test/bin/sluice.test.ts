import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'

let folder: string
const launcher = (): string => join(folder, 'package/bin/sluice.js')

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-launcher-'))
  mkdirSync(join(folder, 'package/bin'), { recursive: true })
  copyFileSync(join(import.meta.dirname, '../../bin/sluice.js'), launcher())
  write('package/package.json', '{ "type": "module" }')
  write('old-node.mjs', `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })`)
})

afterEach(() => rmSync(folder, { recursive: true }))

test('the client is started with the arguments', async () => {
  write('package/dist/engine/cli/main.js', 'console.log(process.argv.slice(2).join())')
  expect(await ended(start([], ['run', 'x.yaml']))).toEqual({ code: 0, stdout: 'run,x.yaml\n', stderr: '' })
})

test('what is not built yet says how to build it', async () => {
  expect(await ended(start([], []))).toEqual({ code: 1, stdout: '', stderr: 'Sluice is not built yet: run `npm run build` first.\n' })
})

test.each(['package/node_modules', 'node_modules'])(
  'an old Node hands over to the one that npm brought into %s, and keeps its exit code',
  async (place) => {
    bringNode(place)
    write('package/dist/engine/cli/main.js', 'console.log(process.versions.node, ...process.argv.slice(2)); process.exitCode = 7')
    expect(await ended(startOld(['a b', 'c']))).toEqual({ code: 7, stdout: `${process.versions.node} a b c\n`, stderr: '' })
  },
)

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s reaches the client behind an old Node', async (signal) => {
  bringNode('node_modules')
  write('package/dist/engine/cli/main.js', `process.on('${signal}', () => process.exit(9)); console.log('ready'); process.stdin.resume()`)
  const child = startOld([])
  await once(child.stdout!, 'data')
  child.kill(signal)
  expect(await once(child, 'exit')).toEqual([9, null])
})

test('a client that ends by a signal gives the exit code of a shell', async () => {
  bringNode('node_modules')
  write('package/dist/engine/cli/main.js', `process.kill(process.pid, 'SIGKILL'); process.stdin.resume()`)
  expect(await ended(startOld([]))).toMatchObject({ code: 137 })
})

test('an old Node with no other one at hand is told in one sentence', async () => {
  expect(await ended(startOld([]))).toEqual({
    code: 1,
    stdout: '',
    stderr: 'Sluice needs Node 22.12 or newer, but this is Node 20.20.2: install a newer one.\n',
  })
})

function write(file: string, content: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true })
  writeFileSync(join(folder, file), content)
}

function bringNode(place: string): void {
  const node = join(folder, place, `node-linux-${process.arch}/bin/node`)
  mkdirSync(dirname(node), { recursive: true })
  symlinkSync(process.execPath, node)
}

function startOld(args: string[]): ChildProcess {
  return start(['--import', join(folder, 'old-node.mjs')], args)
}

/** A session of its own, so that no terminal of the person who runs the tests takes part. */
function start(nodeOptions: string[], args: string[]): ChildProcess {
  return spawn(process.execPath, [...nodeOptions, launcher(), ...args], { stdio: 'pipe', detached: true })
}

async function ended(child: ChildProcess): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, 'exit')])
  return { code, stdout, stderr }
}
