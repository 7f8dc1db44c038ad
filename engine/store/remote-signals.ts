import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { startLoop, type WakeableLoop } from '../support/wakeable-loop.ts'
import { poolConfig, type StoreConnection } from './connection.ts'
import type { StoreSignals } from './signals.ts'

/** On this channel a command of a person says that something has changed. */
const commandChannel = 'sluice_command'

/** Names this process on the channel: it has told itself already, and a second look would only cost. */
const self = randomUUID()

/** What a statement of a command selects beside its answer, so that every other process on the store looks at once. Not for the way of a task: a
 *  notification takes a lock that all of them share. */
export const tellOthers = `pg_notify('${commandChannel}', '${self}')`

/** The same when there are only new hints or actions: who has none to send need not look. */
export const tellOthersOfOutbox = `pg_notify('${commandChannel}', '${self} outbox')`

/** The same when something has ended: there may be room for what waits to be planned. */
const tellOthersOfRoom = `pg_notify('${commandChannel}', '${self} room')`

/** The same for every process, this one too. */
export const tellAll = `pg_notify('${commandChannel}', '')`

/** Tells the others what this process's endings left for them, for one that has no server: hints and actions in the outbox, and room for what waits to be
 *  planned. Not at once, so that many are told as one. */
export function passOnEndings(pool: pg.Pool, signals: StoreSignals): { stop(): Promise<void> } {
  const tellers = [
    passOn(pool, tellOthersOfOutbox, 20, (tell) => signals.on('left', tell)),
    passOn(pool, tellOthersOfRoom, 200, (tell) => signals.on('ended', tell)),
  ]
  return {
    async stop() {
      await Promise.all(tellers.map((teller) => teller.stop()))
    },
  }
}

function passOn(pool: pg.Pool, message: string, spacingMs: number, listen: (tell: () => void) => () => void): { stop(): Promise<void> } {
  let pending = false
  const send = async (): Promise<number> => {
    if (!pending) return 60_000
    pending = false
    await pool.query(`select ${message}`)
    return 60_000
  }
  const loop = startLoop(send, { onError: () => {}, spacingMs }) // a sweep stands behind it
  const off = listen(() => {
    pending = true
    loop.wake()
  })
  return {
    stop() {
      off()
      return loop.stop()
    },
  }
}

/** Turns the commands of other processes into signals here, over a connection of its own, which is opened anew whenever it is lost: then the
 *  signals come once, as nobody knows what was missed. Signals only speed things up: a sweep stands behind each. */
export function hearCommands(connection: StoreConnection, signals: StoreSignals): { stop(): Promise<void> } {
  let client: pg.Client | undefined
  let stopped = false
  const tell = (): void => {
    for (const signal of ['command', 'activated', 'outbox', 'drained', 'held'] as const) signals.emit(signal)
  }
  const listen = async (): Promise<number> => {
    if (client || stopped) return 60_000
    const opened = new pg.Client(poolConfig(connection, 1))
    opened.on('error', () => {}) // 'end' follows
    opened.once('end', () => {
      if (client === opened) client = undefined
      loop.wake()
    })
    await opened.connect()
    if (stopped) return opened.end().then(() => 60_000)
    opened.on('notification', ({ payload = '' }) => {
      const [sender, what] = payload.split(' ')
      if (sender === self) return
      if (what === 'outbox') signals.emit('outbox')
      else if (what === 'room') signals.emit('drained')
      else tell()
    })
    await opened.query(`listen ${commandChannel}`)
    client = opened
    tell()
    return 60_000
  }
  // The store's own loops tell when it is away; this one only comes back.
  const loop: WakeableLoop = startLoop(listen, { onError: () => {}, spacingMs: 100 })
  return {
    async stop() {
      stopped = true
      await loop.stop()
      await client?.end()
    },
  }
}
