/** One part of the engine as a process of its own, with the no-op activity: `node part-process.ts server|worker`, the rest from the environment. */
import { startEngine, type EnginePart } from '../../engine/app.ts'
import { readSettings } from '../../engine/support/settings.ts'
import { catalogWithNoop } from './noop.ts'

const part = process.argv[2] as EnginePart
const slots = { activity: 20, precondition: 1 }
const catalog = await catalogWithNoop()
const engine = await startEngine(readSettings(process.env, { slots }), (sentence) => console.error(sentence), { parts: [part], catalog })
process.on('SIGTERM', () => void engine.stop('drain').then(() => process.exit(0)))
console.log('up')
