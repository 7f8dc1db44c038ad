import type { z } from 'zod'
import type { PeriodUnit } from './period.ts'

/** How a field's text is read. Every value is text on the wire; the kind says what the text must be. */
export type FieldKind = 'string' | 'integer' | 'double' | 'boolean' | 'period' | 'datetime' | 'enum' | 'reference'

/** What one field of a type is: everything that validation, JSON Schema, the reference page and `run` need. */
export interface FieldDeclaration<T = unknown> {
  readonly kind: FieldKind
  readonly summary: string
  /** Several values are allowed; a single one is a list of one. */
  readonly list: boolean
  /** Must resolve on the object after inheritance. */
  readonly required: boolean
  /** Filled in when the object and its ancestors do not set the field. Text, as an author would write it. */
  readonly defaultText?: string
  /** Words of an enumeration, as AWS spells them; compared without regard to letter case. */
  readonly values?: readonly string[]
  /** The words are those the guide names, not a closed set. */
  readonly open?: boolean
  /** Words, spelt exactly so, that stand in place of a value. */
  readonly words?: readonly string[]
  /** The unit of a period that is a number alone. */
  readonly bareUnit?: PeriodUnit
  /** Type or family names a reference may point to; `*` is any object. */
  readonly refTypes?: readonly string[]
  /** Written by the engine; an author should not set it. */
  readonly runtime: boolean
  /** The guide lists the field only to say that it may not be set. */
  readonly forbidden?: boolean
  readonly deprecated?: boolean
  /** A shell reads the text: what is spliced into it should be quoted. */
  readonly shell?: boolean
  /** Why the field exists although AWS has none of that name. */
  readonly beyondAws?: string
  readonly notes: readonly string[]
  /** From the evaluated text of one value to what `run` receives. Absent for references, which become handles. */
  readonly schema?: z.ZodType
  /** Only for the compiler: what `run` receives. */
  readonly _type?: T
}

export type FieldDeclarations = Readonly<Record<string, FieldDeclaration>>

/** The object that `run` receives for a set of declarations. */
export type FieldValues<F extends FieldDeclarations> = { readonly [K in keyof F]: F[K] extends FieldDeclaration<infer T> ? T : never }
