import type { Family, TypeDeclaration } from './declarations.ts'

/** Abstract names that `refTypes` may use besides type names. */
const familyNames: Readonly<Record<string, readonly Family[]>> = {
  Activity: ['activity'],
  DataNode: ['datanode'],
  Precondition: ['precondition'],
  Resource: ['resource'],
  Database: ['database'],
  DataFormat: ['dataformat'],
  Action: ['action'],
  Schedule: ['schedule'],
  Runnable: ['activity', 'datanode', 'precondition', 'resource'],
}

/** Every declared type by its exact name. */
export interface Catalog {
  readonly types: ReadonlyMap<string, TypeDeclaration>
  get(type: string): TypeDeclaration | undefined
  /** Whether an object of `type` may stand where `refTypes` are asked for. */
  accepts(refTypes: readonly string[], type: string): boolean
}

/** A catalogue of the given declarations. Two of one name are a programming error and throw. */
export function createCatalog(declarations: Iterable<TypeDeclaration>): Catalog {
  const types = new Map<string, TypeDeclaration>()
  for (const declaration of declarations) {
    if (types.has(declaration.type)) throw new Error(`Two files declare the type ${declaration.type}.`)
    types.set(declaration.type, declaration)
  }
  return {
    types,
    get: (type) => types.get(type),
    accepts: (refTypes, type) => refTypes.some((wanted) => isOf(types.get(type), wanted)),
  }
}

function isOf(declaration: TypeDeclaration | undefined, wanted: string): boolean {
  if (wanted === '*') return true
  if (!declaration) return false
  return declaration.type === wanted || (familyNames[wanted]?.includes(declaration.family) ?? false)
}
