import { PermanentError } from '../errors.ts'
import type { Column } from '../spec/data-node.ts'
import type { PlainInsert } from './insert-query.ts'

/** A table as the catalogue of its database has it. */
export interface TableInfo {
  readonly schema: string
  readonly name: string
  /** Those that can be written, in the table's order; generated ones are left out. */
  readonly columns: readonly Column[]
}

/** What a load is asked to do, whatever the dialect. */
export interface LoadPlan {
  readonly table: TableInfo
  /** Columns named by a plain `insertQuery`, or all when it names none. Positions count, names of the source do not. */
  readonly insert?: PlainInsert
  /** An `insertQuery` that is more than a plain insert: run once a row. */
  readonly statement?: string
  /** SQL condition: rows that meet it are replaced by what is loaded. */
  readonly replaceWhere?: string
}

/** The table's columns in the order of the source's fields: as the `insertQuery` says, else by name, else in the table's order.
 *  @throws PermanentError when the table lacks a column, with those that it has */
export function targetColumns(
  { table, insert }: Pick<LoadPlan, 'table' | 'insert'>,
  names: readonly string[] | undefined,
): readonly Column[] {
  if (insert) {
    const columns = insert.columns ? insert.columns.map((name) => columnOf(table, name)) : table.columns
    if (columns.length === insert.width) return columns
    throw new PermanentError(
      'WrongInsertQuery',
      `The insertQuery has ${insert.width} placeholders for ${columns.length} columns of ${table.name}.`,
    )
  }
  return names?.length ? names.map((name) => columnOf(table, name)) : table.columns
}

function columnOf(table: TableInfo, name: string): Column {
  const wanted = name.trim()
  const column =
    table.columns.find((candidate) => candidate.name === wanted) ??
    table.columns.find((candidate) => candidate.name.toLowerCase() === wanted.toLowerCase())
  if (column) return column
  const has = table.columns.map((candidate) => candidate.name).join(', ')
  throw new PermanentError('UnknownColumn', `The table ${table.name} has no column "${wanted}" that can be written. It has ${has}.`)
}

/** Whether values of the one list can be taken as values of the other bit by bit. */
export function sameTypes(a: readonly Column[], b: readonly Column[]): boolean {
  return a.length === b.length && a.every(({ type }, index) => type === b[index]!.type)
}

/** The difference in words; undefined when the columns are the same. */
export function columnDifference(before: readonly Column[], after: readonly Column[]): string | undefined {
  const words = (columns: readonly Column[]) => columns.map(({ name, type }) => `${name} ${type}`).join(', ')
  return words(before) === words(after) ? undefined : `they were ${words(before)} and are now ${words(after)}`
}
