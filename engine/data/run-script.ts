import type { PostgresSession } from '../clients/postgres-client.ts'
import type { MysqlSession } from '../clients/mysql-client.ts'
import type { SqlClient } from '../clients/sql-client.ts'
import type { ObjectContext } from '../spec/context.ts'
import { takePrecedence as takeMysqlPrecedence } from './mysql-precedence.ts'
import { takePrecedence } from './postgres-precedence.ts'
import { bindScript, type BoundStatement } from './sql-script.ts'

/** Runs a script as one transaction, the fence checked before its commit. Statements that no transaction may hold (VACUUM), and
 *  scripts with transactions of their own, run statement by statement instead. Logs the rows that each statement affected. */
export async function runScript(client: SqlClient, script: string, values: readonly string[], context: ObjectContext): Promise<void> {
  const statements = bindScript(script, values, client.dialect)
  const atOnce = !statements.some(({ text }) => standsAlone.test(withoutComments(text)))
  if (!atOnce) context.log.info('The script is not one transaction: it has statements that cannot be in one, or begins its own.')
  if (client.dialect === 'postgresql') {
    await using session = await client.session(context.signal, { fresh: true })
    return await runAll(session, atOnce, statements, context, () => takePrecedence(session, context))
  }
  await using session = await client.session(context.signal)
  return await runAll(session, atOnce, statements, context, () => takeMysqlPrecedence(session, context))
}

const standsAlone =
  /^(vacuum|begin\b|start\s+transaction|commit\b|end\b|rollback\s*$|(create|drop)\s+(database|tablespace)|alter\s+system|(create\s+(unique\s+)?|drop\s+|re)index\b.*\bconcurrently)/is

const withoutComments = (text: string): string => text.replace(/^(\s+|--[^\n]*(\n|$)|\/\*.*?\*\/)+/s, '')

async function runAll(
  session: PostgresSession | MysqlSession,
  atOnce: boolean,
  statements: readonly BoundStatement[],
  context: ObjectContext,
  precede: () => Promise<void>,
): Promise<void> {
  if (atOnce) await session.query('start transaction')
  if (atOnce) await precede()
  for (const [index, { text, values }] of statements.entries()) {
    const { rowCount } = await session.query(text, values.length ? values : undefined)
    const affected = rowCount === undefined ? 'done' : `${rowCount} row${rowCount === 1 ? '' : 's'}`
    context.log.info(`Statement ${index + 1} of ${statements.length}: ${affected}: ${firstLine(text)}`)
  }
  await context.checkFence()
  if (atOnce) await session.query('commit')
}

function firstLine(text: string): string {
  const line = withoutComments(text).split('\n', 1)[0] ?? ''
  return line.length > 80 ? `${line.slice(0, 77)}...` : line
}
