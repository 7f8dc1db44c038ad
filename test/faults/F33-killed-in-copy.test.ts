import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { byteDoor } from './rig/byte-door.ts'
import { hazardGround, leaseMs, type HazardGround, type HazardWorker } from './rig/hazard-ground.ts'
import { scaled } from './rig/scale.ts'

const rows = 20_000
const file = Array.from({ length: rows }, (_, n) => `${n},some text of the row ${n}\n`).join('')

test(
  'F33: a worker killed after any byte of a copy: the table has all rows once or none, and the next attempt within the lease and a second makes it all',
  async () => {
    await using ground = await hazardGround()
    const { user, database, host, port } = ground.database.connection
    await using door = await byteDoor(`${host}/.s.PGSQL.${port}`)
    mkdirSync(join(ground.home, 's3/lines'), { recursive: true })
    writeFileSync(join(ground.home, 's3/lines/lines.csv'), file)
    await ground.rows(`create table source as select n, 'some text of the row ' || n as text from generate_series(0, ${rows - 1}) n`)
    const target = `{ type: JdbcDatabase, connectionString: "jdbc:postgresql://127.0.0.1:${door.port}/${database}", username: ${user}, "*password": none }`
    let worker: HazardWorker | undefined

    const rounds = scaled(2, 500)
    for (let round = 0; round < rounds; round++) {
      worker ??= await ground.startWorker()
      // Beyond the file's own bytes: after the commit was asked for, too.
      const bytes = Math.ceil(Math.random() * (file.length + 4000))
      const stopped = door.stopAfter(bytes)
      await ground.apply(copyTo(round, target))
      await Promise.race([stopped, until(() => isOver(ground, round), { deadlineMs: 60_000 })])
      worker.child.kill('SIGKILL')
      await worker.ended
      door.open()
      await untilLetGo(ground, round)
      expect(await counted(ground, round), `round ${round}: killed after ${bytes} bytes`).toSatisfy(isAllOrNone)

      worker = undefined
      if (round === rounds - 1) ground.help() // who did not know the dead: here the lease alone decides
      else worker = await ground.startWorker()
      await until(() => isOver(ground, round), { deadlineMs: 60_000 })
      expect(await counted(ground, round), `round ${round}: killed after ${bytes} bytes`).toEqual({ rows, different: rows })
    }
    await ground.settled()
    const late = `select * from sluice.attempts a join sluice.attempts b on b.instance_id = a.instance_id and b.number = a.number + 1
    where b.start_time - a.start_time > interval '${leaseMs + 10_000} milliseconds'`
    expect(await ground.rows(late)).toEqual([])
  },
  scaled(180_000, 3_600_000),
)

/** By CSV from a file, or as PostgreSQL's own bytes from a table. */
function copyTo(round: number, target: string): string {
  const source =
    round % 2 === 0
      ? '{ type: S3DataNode, filePath: "s3://lines/lines.csv", dataFormat: csv }'
      : '{ type: SqlDataNode, database: target, table: source }'
  return `
sluice: 1
name: round-${round}
defaults: { scheduleType: ondemand, maximumRetries: 3 }
databases: { target: ${target} }
dataFormats: { csv: { type: CSV, column: [n INT, text STRING] } }
dataNodes:
  source: ${source}
  copied: { type: SqlDataNode, database: target, table: ${tableOf(round)}, createTableSql: "create table if not exists ${tableOf(round)} (n integer not null, text text not null)" }
activities:
  copy: { type: CopyActivity, input: source, output: copied }
`
}

const tableOf = (round: number): string => `copied_${round}`

async function isOver(ground: HazardGround, round: number): Promise<boolean> {
  const over = `select 1 from sluice.instances i join sluice.pipelines p on p.id = i.pipeline_id where p.name = 'round-${round}' and i.family = 'activity' and i.status = 'FINISHED'`
  return (await ground.rows(over)).length > 0
}

/** The server hears of a dead client when it next listens to it. */
async function untilLetGo(ground: HazardGround, round: number): Promise<void> {
  const busy = `select 1 from pg_locks where relation = to_regclass('${tableOf(round)}') and mode = 'RowExclusiveLock'`
  await until(async () => (await ground.rows(busy)).length === 0, { deadlineMs: 30_000 })
}

async function counted(ground: HazardGround, round: number): Promise<unknown> {
  const exists = await ground.rows(`select 1 where to_regclass('${tableOf(round)}') is not null`)
  if (exists.length === 0) return none
  return (await ground.rows(`select count(*)::integer as rows, count(distinct n)::integer as different from ${tableOf(round)}`))[0]
}

const none = { rows: 0, different: 0 }

function isAllOrNone(found: unknown): boolean {
  return [none, { rows, different: rows }].some((each) => JSON.stringify(each) === JSON.stringify(found))
}
