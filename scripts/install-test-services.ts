/** Brings the servers that tests need and npm cannot bring. Installs them as root where there is apt-get, else says what to install. */
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const services = [
  { command: 'redis-server', debianPackage: 'redis-server' },
  { command: 'mariadbd', debianPackage: 'mariadb-server' },
  { command: 'faketime', debianPackage: 'faketime' },
]

if (missing().length > 0 && mayInstall()) install(missing())
if (missing().length > 0) refuse(missing())

function missing(): string[] {
  return services.filter(({ command }) => !isInstalled(command)).map(({ debianPackage }) => debianPackage)
}

function isInstalled(command: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin']
  return folders.some((folder) => isExecutable(join(folder, command)))
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function mayInstall(): boolean {
  return process.getuid?.() === 0 && isInstalled('apt-get')
}

/** Debian starts a server as soon as it is installed, unless policy-rc.d forbids it; the tests start their own. */
function install(packages: string[]): void {
  const policy = '/usr/sbin/policy-rc.d'
  const ours = !existsSync(policy)
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    apt('update', '-q')
    apt('install', '-q', '-y', '--no-install-recommends', ...packages)
  } finally {
    if (ours) rmSync(policy)
  }
}

function apt(...args: string[]): void {
  spawnSync('apt-get', args, { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
}

function refuse(packages: string[]): void {
  console.error(`The tests need ${packages.join(' and ')}: install with \`apt-get install ${packages.join(' ')}\` as root, then try again.`)
  process.exitCode = 1
}
