import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startEngine } from '../../engine/app.ts'
import { readSettings } from '../../engine/support/settings.ts'
import { processesOf } from '../support/home.ts'
import { query, testDatabase } from '../support/postgres.ts'
import { activated } from '../support/scheduled-pipeline.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { scaled } from './rig/scale.ts'

const looks = scaled(3, 100)

/** Two checks that never answer, one that answers too late, and one that says now this and now that. */
const definition = (at: (name: string) => string): string => `
sluice: 1
name: checks
defaults: { scheduleType: ondemand, maximumRetries: 0, retryDelay: 1 second }
activities:
  stuck: { type: ShellCommandActivity, command: 'true', precondition: [silent, silentToo] }
  late: { type: ShellCommandActivity, command: 'true', precondition: slow }
  flapping: { type: ShellCommandActivity, command: 'true', precondition: flaps }
  free1: { type: ShellCommandActivity, command: 'true' }
  free2: { type: ShellCommandActivity, command: 'true', dependsOn: free1 }
  free3: { type: ShellCommandActivity, command: 'true', dependsOn: free2 }
preconditions:
  silent: { type: ShellCommandPrecondition, command: "echo silent >> ${at('asked')}; exec sleep 100000" }
  silentToo: { type: ShellCommandPrecondition, command: "echo silentToo >> ${at('asked')}; exec sleep 100000" }
  slow: { type: ShellCommandPrecondition, command: exec sleep 100000, attemptTimeout: 1 second }
  flaps:
    type: ShellCommandPrecondition
    command: |
      mkdir ${at('looking')} || echo twice >> ${at('overlaps')}
      echo look >> ${at('looks')}
      rmdir ${at('looking')}
      [ $(wc -l < ${at('looks')}) -ge ${looks} ]
`

test(
  'F46: checks that hang, come late or flap keep no activity from its turn: each has its deadline, and one look at a time',
  async () => {
    using folder = temporaryFolder()
    await using database = await testDatabase()
    const at = (name: string): string => join(folder.path, name)
    const slots = { activity: 1, precondition: 4 }
    const settings = readSettings({ PATH: process.env['PATH'] }, { home: folder.path, databaseUrl: database.url, slots })
    const engine = await startEngine(settings, () => {})
    const statuses = async (): Promise<Record<string, string>> => {
      const rows = await query<{ id: string; status: string }>(
        database.connection,
        'select component_id as id, status from sluice.instances',
      )
      return Object.fromEntries(rows.map(({ id, status }) => [id, status]))
    }
    try {
      await activated(engine.store, definition(at))
      const ended = async () => {
        const { free3, flapping, late } = await statuses()
        return free3 === 'FINISHED' && flapping === 'FINISHED' && late === 'FAILED'
      }
      await until(ended, { deadlineMs: scaled(60_000, 600_000), what: 'what does not hang has ended' })
      await until(() => existsSync(at('asked')) && readFileSync(at('asked'), 'utf8').split('\n').length === 3, { deadlineMs: 30_000 })
      expect(await statuses()).toMatchObject({ silent: 'RUNNING', silentToo: 'RUNNING', stuck: 'WAITING_ON_DEPENDENCIES', slow: 'FAILED' })
      expect(existsSync(at('overlaps'))).toBe(false)
      expect(readFileSync(at('looks'), 'utf8').trim().split('\n')).toHaveLength(looks)
    } finally {
      await engine.stop('now')
    }
    await until(() => processesOf(folder.path, process.pid).filter((pid) => pid !== process.pid).length === 0)
  },
  scaled(90_000, 3_600_000),
)
