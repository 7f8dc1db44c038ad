/** What became of one thing that AWS sent. `changed`: the file says it otherwise than AWS, or it means something else in Sluice. */
export type Fate = 'kept' | 'changed' | 'not supported'

/** The fate of one field: a line of the fidelity report. */
export interface FieldFate extends Judgement {
  /** What carries the field. The pipeline's own are outside of its definition. */
  readonly of: 'object' | 'parameter' | 'value' | 'pipeline' | 'tag' | 'file'
  /** The id of the object, parameter or value; the key of a tag; empty for the pipeline and the file. */
  readonly id: string
  /** Empty for a value and a tag, which have none. */
  readonly field: string
}

export interface Judgement {
  readonly fate: Fate
  /** A sentence; absent only when the field is kept. */
  readonly why?: string
}

export const kept: Judgement = { fate: 'kept' }

export function changed(why: string): Judgement {
  return { fate: 'changed', why }
}

export function notSupported(why: string): Judgement {
  return { fate: 'not supported', why }
}

/** The name of a field in the report. An object's id and name are lines of their own; a field that is called so too is told apart. */
export function reportedName(key: string): string {
  return key === 'id' || key === 'name' ? `fields.${key}` : key
}

/** What the fate is of, in words: `orders.filePath`, `value myBucket`. */
export function fateLabel({ of, id, field }: Pick<FieldFate, 'of' | 'id' | 'field'>): string {
  if (of === 'pipeline' || of === 'file') return field
  return `${of === 'object' ? '' : `${of} `}${id}${field === '' ? '' : `.${field}`}`
}
