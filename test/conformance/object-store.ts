import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ObjectInfo, ObjectStore } from '../../engine/clients/object-store.ts'

/** A store under test, empty. */
export interface OpenedStore {
  readonly store: ObjectStore
  /** The URI of a key. */
  uri(key: string): string
  /** Names of whatever a failed write may have left aside: files, parts of uploads. */
  leftovers(): Promise<readonly string[]>
  close(): Promise<void>
}

/** What every object store does. */
export function objectStoreSuite(name: string, open: () => Promise<OpenedStore>): void {
  describe(`an object store: ${name}`, () => {
    let opened: OpenedStore
    beforeAll(async () => void (opened = await open()))
    afterAll(() => opened.close())
    const uri = (key: string) => opened.uri(key)
    const put = (key: string, text: string) => opened.store.write(uri(key), chunksOf(text))
    const text = async (key: string) => (await collect(opened.store.read(uri(key)))).toString()

    test('what is written is read back, and its facts are known', async () => {
      expect(await put('facts/a.txt', 'hello')).toMatchObject({ uri: uri('facts/a.txt'), size: 5 })
      expect(await text('facts/a.txt')).toBe('hello')
      expect(await opened.store.head(uri('facts/a.txt'))).toMatchObject({ uri: uri('facts/a.txt'), size: 5 })
    })

    test('an object may be empty', async () => {
      await opened.store.write(uri('empty'), chunksOf())
      expect(await opened.store.head(uri('empty'))).toMatchObject({ size: 0 })
      expect(await text('empty')).toBe('')
    })

    test('an object that is not there has no facts, and reading it rejects in words', async () => {
      await put('there/x', 'x')
      expect(await opened.store.head(uri('nowhere'))).toBeUndefined()
      expect(await opened.store.head(uri('there'))).toBeUndefined()
      await expect(text('nowhere')).rejects.toThrow(/nowhere is not there/)
    })

    test('a list is in key order, and a prefix need not be a directory', async () => {
      for (const key of ['list/b', 'list/a/2', 'list/a.txt', 'list/a/1', 'listing']) await put(key, key)
      const keys = async (prefix: string) => (await Array.fromAsync(opened.store.list(uri(prefix)))).map((object) => object.uri)
      expect(await keys('list/')).toEqual(['list/a.txt', 'list/a/1', 'list/a/2', 'list/b'].map(uri))
      expect(await keys('list/a')).toEqual(['list/a.txt', 'list/a/1', 'list/a/2'].map(uri))
      expect(await keys('list')).toContain(uri('listing'))
      expect(await keys('nothing/')).toEqual([])
    })

    test('a copy has the same bytes, and replaces what was there', async () => {
      await put('copy/from with space+&.txt', 'new')
      await put('copy/to', 'old')
      expect(await opened.store.copy(uri('copy/from with space+&.txt'), uri('copy/to'))).toMatchObject({ uri: uri('copy/to'), size: 3 })
      expect(await text('copy/to')).toBe('new')
      await expect(opened.store.copy(uri('copy/none'), uri('copy/to'))).rejects.toThrow(/copy\/none is not there/)
      expect(await text('copy/to')).toBe('new')
    })

    test('a deleted object is gone, and deleting it again is no error', async () => {
      await put('gone/deep/x', 'x')
      await opened.store.delete(uri('gone/deep/x'))
      await opened.store.delete(uri('gone/deep/x'))
      expect(await opened.store.head(uri('gone/deep/x'))).toBeUndefined()
      expect(await Array.fromAsync(opened.store.list(uri('gone/')))).toEqual([])
    })

    test.each([
      ['small', 1],
      ['of many parts', 200],
    ])('a source that fails midway leaves a %s object as it was, and nothing beside it', async (kind, count) => {
      const key = `failing/${kind}`
      await put(key, 'old')
      const failing = async function* () {
        yield* blocks(count)
        throw new Error('the source broke')
      }
      await expect(opened.store.write(uri(key), failing())).rejects.toThrow('the source broke')
      expect(await text(key)).toBe('old')
      expect(await opened.leftovers()).toEqual([])
    })

    test.each([
      ['small', 1],
      ['of many parts', 200],
    ])('an object %s is not made when publish rejects', async (kind, count) => {
      const publish = async () => Promise.reject(new Error('the lease is lost'))
      await expect(opened.store.write(uri(`refused/${kind}`), blocks(count), { publish })).rejects.toThrow('the lease is lost')
      expect(await opened.store.head(uri(`refused/${kind}`))).toBeUndefined()
      expect(await opened.leftovers()).toEqual([])
    })

    test('a copy is not made when publish rejects', async () => {
      await put('refused/source', 'x')
      const publish = async () => Promise.reject(new Error('the lease is lost'))
      await expect(opened.store.copy(uri('refused/source'), uri('refused/copy'), { publish })).rejects.toThrow('the lease is lost')
      expect(await opened.store.head(uri('refused/copy'))).toBeUndefined()
    })

    test('until it is whole, readers see the old object', async () => {
      await put('reading', 'old')
      const seen: string[] = []
      const slow = async function* () {
        for await (const block of blocks(150)) {
          if (seen.length === 0) seen.push(await text('reading'))
          yield block
        }
      }
      const publish = async () => void seen.push(await text('reading'))
      await opened.store.write(uri('reading'), slow(), { publish })
      expect(seen).toEqual(['old', 'old'])
      expect((await opened.store.head(uri('reading')))?.size).toBe(150 * blockSize)
    })

    test('an abort ends a write whose source is silent, and nothing is left', async () => {
      const controller = new AbortController()
      const silent = async function* () {
        yield* blocks(150)
        controller.abort(new Error('cancelled'))
        await new Promise(() => {})
      }
      await expect(opened.store.write(uri('silent'), silent(), { signal: controller.signal })).rejects.toThrow('cancelled')
      expect(await opened.store.head(uri('silent'))).toBeUndefined()
      expect(await opened.leftovers()).toEqual([])
    })

    test('an abort ends a read', async () => {
      await opened.store.write(uri('long'), blocks(100))
      const controller = new AbortController()
      const reading = Array.fromAsync(opened.store.read(uri('long'), controller.signal), () => controller.abort(new Error('cancelled')))
      await expect(reading).rejects.toThrow('cancelled')
    })

    test('two writers of one object leave one of the two, whole', async () => {
      const [a, b] = [Buffer.alloc(3 * blockSize, 'a'), Buffer.alloc(3 * blockSize, 'b')]
      await Promise.all([a, b].map((body) => opened.store.write(uri('twice'), chunksOf(body))))
      const left = await collect(opened.store.read(uri('twice')))
      expect(left.equals(a) || left.equals(b)).toBe(true)
    })

    test('a large object passes in chunks of 64 KiB or more, and memory stays flat', { timeout: 120_000 }, async () => {
      await opened.store.write(uri('large'), blocks(480))
      expect((await opened.store.head(uri('large')))?.size).toBe(480 * blockSize)
      const sizes: number[] = []
      const peak = await peakOf(async (look) => {
        for await (const chunk of opened.store.read(uri('large'))) {
          sizes.push(chunk.length)
          look()
        }
      })
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(480 * blockSize)
      expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThanOrEqual(64 * 1024)
      expect(peak).toBeLessThan(200 * 1024 * 1024)
    })
  })
}

const blockSize = 64 * 1024

/** Blocks of 64 KiB, each of one letter, handed over one turn of the event loop apart. */
export async function* blocks(count: number): AsyncGenerator<Buffer> {
  for (let index = 0; index < count; index++) {
    await setImmediate()
    yield Buffer.alloc(blockSize, 97 + (index % 26))
  }
}

export async function* chunksOf(...chunks: (string | Buffer)[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield Buffer.from(chunk)
}

export async function collect(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(chunks))
}

export async function keysOf(objects: AsyncIterable<ObjectInfo>): Promise<string[]> {
  return (await Array.fromAsync(objects)).map(({ uri }) => uri)
}

/** The most memory outside the heap that was seen while `work` ran, above what it began with. */
async function peakOf(work: (look: () => void) => Promise<void>): Promise<number> {
  const before = process.memoryUsage().arrayBuffers
  let peak = 0
  await work(() => (peak = Math.max(peak, process.memoryUsage().arrayBuffers - before)))
  return peak
}
