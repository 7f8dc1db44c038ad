import type { ImportGraph } from './read-imports.ts'

/** The house, from the ground up. A room may use what lies on lower floors, and its own files. */
const floors = [
  ['engine/spec', 'engine/clients', 'engine/support', 'engine/data', 'engine/errors.ts', 'engine/events.ts'],
  ['engine/definition', 'engine/expression', 'engine/schedule', 'engine/lifecycle'],
  ['engine/store', 'engine/queue'],
  ['engine/scheduler', 'engine/dispatcher', 'engine/provisioner', 'engine/worker'],
  ['engine/api', 'engine/cli', 'engine/agent'],
]

const words = 0
const shelves = ['activities', 'datanodes', 'preconditions', 'resources', 'actions', 'schedules', 'utilities']
const wiring = 'engine/app.ts'

/** Files of types only, by which neighbours on one floor meet: what one offers and the other fills or reads. */
export const contracts = ['engine/definition/pipeline-definition.ts', 'engine/queue/claims.ts', 'engine/queue/task.ts']

/** Packages that stop at one room. */
const keptIn = new Map([
  ['kysely', 'engine/store'],
  ['bullmq', 'engine/queue'],
])

/** One sentence for each import that breaks the floors, saying what to do; empty when the house stands. */
export function brokenFloors(imports: ImportGraph): string[] {
  return [...imports].flatMap(([file, targets]) => targets.map((target) => complaint(file, target)).filter((text) => text !== undefined))
}

function complaint(file: string, target: string): string | undefined {
  if (!/\.[jt]s$/.test(target)) return complaintAboutPackage(file, target)
  const [from, to] = [roomOf(file), roomOf(target)]
  if (from === undefined) return `${file} stands in no room: put it into one, or add the room to its floor in import-floors.ts.`
  if (to === undefined) return `${file} imports ${target}, which is not part of the product: move what it needs into engine/.`
  if (from === to || file === wiring) return undefined
  if (target === wiring) return complaintAboutWiring(file, from)
  if (shelves.includes(from)) return complaintAboutShelf(file, target, to)
  if (shelves.includes(to)) return `${file} imports ${target}, but the engine knows no type by name: ask the catalogue for it.`
  return complaintAboutFloor(file, target, from, to)
}

function complaintAboutPackage(file: string, name: string): string | undefined {
  const room = keptIn.get(name)
  if (room === undefined || roomOf(file) === room) return undefined
  return `${file} imports ${name}, which stops at ${room}: give ${room} a named function for what is needed.`
}

function complaintAboutWiring(file: string, from: string): string | undefined {
  if (floorOf(from) === floors.length - 1) return undefined
  return `${file} imports ${wiring}, which only doors may: take what it wires as an argument.`
}

function complaintAboutShelf(file: string, target: string, to: string): string | undefined {
  if (floorOf(to) === words) return undefined
  const advice = shelves.includes(to) ? 'reach the other object through the context' : 'declare the need in engine/spec'
  return `${file} imports ${target}, but shelves import only words (${floors[words]?.join(', ')}): ${advice}.`
}

function complaintAboutFloor(file: string, target: string, from: string, to: string): string | undefined {
  const [low, high] = [floorOf(to), floorOf(from)]
  if (low < high || (low === words && high === words)) return undefined
  if (from === 'engine/definition' && to === 'engine/expression') return undefined
  if (low === high && contracts.includes(target)) return undefined
  const way = low === high ? 'sideways' : 'upwards'
  return `${file} imports ${target}, ${way} from ${from} to ${to}: take it as an argument, or move the shared idea to a lower floor.`
}

function floorOf(room: string): number {
  return floors.findIndex((rooms) => rooms.includes(room))
}

function roomOf(file: string): string | undefined {
  return [...floors.flat(), ...shelves, wiring].find((room) => file === room || file.startsWith(`${room}/`))
}
