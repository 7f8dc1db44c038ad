import { z } from 'zod'
import { parsePeriod, type Period, type PeriodUnit } from './period.ts'
import { parseDateTime } from './date-time.ts'
import type { FieldDeclaration, FieldKind } from './field.ts'
import type { DatabaseHandle, DataFormatHandle, DataNodeHandle, ObjectHandle } from './handles.ts'

/** A field declaration that can be refined; each step returns a new one. */
export class FieldBuilder<T> implements FieldDeclaration<T> {
  declare readonly _type?: T
  readonly kind: FieldKind
  readonly summary: string
  readonly list: boolean
  readonly required: boolean
  readonly defaultText?: string
  readonly values?: readonly string[]
  readonly open?: boolean
  readonly words?: readonly string[]
  readonly bareUnit?: PeriodUnit
  readonly refTypes?: readonly string[]
  readonly runtime: boolean
  readonly forbidden?: boolean
  readonly deprecated?: boolean
  readonly shell?: boolean
  readonly beyondAws?: string
  readonly notes: readonly string[]
  readonly schema?: z.ZodType

  constructor(declaration: Omit<FieldDeclaration, '_type'>) {
    this.kind = declaration.kind
    this.summary = declaration.summary
    this.list = declaration.list
    this.required = declaration.required
    this.defaultText = declaration.defaultText
    this.values = declaration.values
    this.open = declaration.open
    this.words = declaration.words
    this.bareUnit = declaration.bareUnit
    this.refTypes = declaration.refTypes
    this.runtime = declaration.runtime
    this.forbidden = declaration.forbidden
    this.deprecated = declaration.deprecated
    this.shell = declaration.shell
    this.beyondAws = declaration.beyondAws
    this.notes = declaration.notes
    this.schema = declaration.schema
    Object.freeze(this)
  }

  optional(): FieldBuilder<T | undefined> {
    return this.with({ required: false })
  }

  /** `text` as an author would write it; a list field may only default to no values, written `[]`. */
  default(text: string | readonly []): FieldBuilder<T> {
    return this.with({ required: false, defaultText: typeof text === 'string' ? text : undefined })
  }

  note(text: string): FieldBuilder<T> {
    return this.with({ notes: [...this.notes, text] })
  }

  /** A field that AWS does not have, and why Sluice does. */
  beyond(reason: string): FieldBuilder<T> {
    return this.with({ beyondAws: reason })
  }

  asDeprecated(): FieldBuilder<T> {
    return this.with({ deprecated: true })
  }

  /** Read by a shell. */
  asShell(): FieldBuilder<T> {
    return this.with({ shell: true })
  }

  /** A period that may also be a number alone, of this unit. */
  orBare(bareUnit: PeriodUnit): FieldBuilder<T> {
    return this.with({ bareUnit, schema: periodText(bareUnit) })
  }

  /** A number that may not be smaller. */
  atLeast(least: number): FieldBuilder<T> {
    const schema = this.schema?.refine((number) => (number as number) >= least, `must be at least ${least}`)
    return this.with({ schema })
  }

  /** Written by the engine, so never required and never an author's to set. */
  asRuntime(): FieldBuilder<T | undefined> {
    return this.with({ runtime: true, required: false })
  }

  /** In the guide only to say that it may not be set. */
  asForbidden(): FieldBuilder<T | undefined> {
    return this.with({ forbidden: true, required: false })
  }

  /** A literal word that stands in place of a value: `ONDEMAND_PERIOD`. */
  orWord<const W extends string>(word: W): FieldBuilder<T | W> {
    return this.with({ words: [...(this.words ?? []), word], schema: z.union([z.literal(word), this.schema ?? z.string()]) })
  }

  private with<U>(change: Partial<FieldDeclaration>): FieldBuilder<U> {
    return new FieldBuilder<U>({ ...(this as FieldDeclaration), ...change })
  }
}

/** Builders, one a kind. Every field is required until `.optional()` or `.default()` says otherwise. */
export const fields = {
  string: (summary: string) => one<string>('string', summary, { schema: z.string() }),
  strings: (summary: string) => many<string>('string', summary, { schema: z.string() }),
  s3Uri: (summary: string) => one<string>('string', summary, { schema: z.string() }),
  integer: (summary: string) => one<number>('integer', summary, { schema: integerText }),
  double: (summary: string) => one<number>('double', summary, { schema: doubleText }),
  boolean: (summary: string) => one<boolean>('boolean', summary, { schema: booleanText }),
  period: (summary: string) => one<Period>('period', summary, { schema: periodText() }),
  dateTime: (summary: string) => one<Date>('datetime', summary, { schema: dateTimeText }),
  enumeration: <const V extends readonly string[]>(summary: string, values: V) =>
    one<V[number]>('enum', summary, { values, schema: enumText(values) }),
  /** An enumeration whose words are examples. */
  openEnumeration: (summary: string, values: readonly string[]) => one<string>('enum', summary, { values, open: true, schema: z.string() }),
  reference: (summary: string, refTypes: readonly string[]) => one<ObjectHandle>('reference', summary, { refTypes }),
  references: (summary: string, refTypes: readonly string[]) => many<ObjectHandle>('reference', summary, { refTypes }),
  dataNode: (summary: string, refTypes: readonly string[] = ['DataNode']) => one<DataNodeHandle>('reference', summary, { refTypes }),
  dataNodes: (summary: string, refTypes: readonly string[] = ['DataNode']) => many<DataNodeHandle>('reference', summary, { refTypes }),
  database: (summary: string, refTypes: readonly string[] = ['Database']) => one<DatabaseHandle>('reference', summary, { refTypes }),
  dataFormat: (summary: string) => one<DataFormatHandle>('reference', summary, { refTypes: ['DataFormat'] }),
}

function one<T>(kind: FieldKind, summary: string, more: Partial<FieldDeclaration>): FieldBuilder<T> {
  return new FieldBuilder<T>({ kind, summary, list: false, required: true, runtime: false, notes: [], ...more })
}

function many<T>(kind: FieldKind, summary: string, more: Partial<FieldDeclaration>): FieldBuilder<readonly T[]> {
  return new FieldBuilder<readonly T[]>({ kind, summary, list: true, required: true, runtime: false, notes: [], ...more })
}

const integerText = z
  .string()
  .trim()
  .regex(/^-?\d{1,15}$/, 'must be a whole number, such as 3')
  .transform(Number)

const doubleText = z
  .string()
  .trim()
  .regex(/^-?(\d+(\.\d+)?|\.\d+)$/, 'must be a number, such as 0.5')
  .transform(Number)

const booleanText = z
  .string()
  .trim()
  .regex(/^(true|false)$/i, 'must be true or false')
  .transform((text) => text.toLowerCase() === 'true')

function periodText(bareUnit?: PeriodUnit): z.ZodType<Period> {
  return z.string().transform((text, context): Period => {
    const period = parsePeriod(text, bareUnit)
    if (period) return period
    context.addIssue({ code: 'custom', message: 'must be a number and a unit, such as 15 minutes or 1 day' })
    return z.NEVER
  })
}

const dateTimeText = z.string().transform((text, context): Date => {
  const instant = parseDateTime(text)
  if (instant) return instant
  context.addIssue({ code: 'custom', message: 'must be a date and time in UTC, such as 2026-01-31T02:00:00' })
  return z.NEVER
})

function enumText(values: readonly string[]): z.ZodType {
  return z.string().transform((text, context) => {
    const word = values.find((value) => value.toLowerCase() === text.trim().toLowerCase())
    if (word !== undefined) return word
    context.addIssue({ code: 'custom', message: `must be one of ${values.join(', ')}` })
    return z.NEVER
  })
}
