import type { Catalog } from '../../engine/spec/catalog.ts'
import { throwDice } from './dice.ts'
import * as documents from './documents.ts'
import * as expressions from './expressions.ts'

/** One case that broke a promise; the same seed and number make it again. */
export interface Failure {
  readonly kind: 'document' | 'expression'
  readonly seed: number
  readonly number: number
  readonly reason: string
  readonly text: string
}

/** What a campaign came to. */
export interface CampaignResult {
  readonly cases: number
  readonly failures: readonly Failure[]
  readonly slowestMs: number
  readonly slowest: string
}

/** Runs cases `from` up to, not including, `to` of a seed. Each case has dice of its own, so that any of them can be run alone. */
export function campaign(kind: Failure['kind'], seed: number, [from, to]: readonly [number, number], catalog: Catalog): CampaignResult {
  const run = kind === 'document' ? documentCase(catalog) : expressionCase
  const failures: Failure[] = []
  let [slowestMs, slowest] = [0, '']
  for (let number = from; number < to && failures.length < 10; number++) {
    const started = performance.now()
    const { text, reason } = run(seed, number)
    const took = performance.now() - started
    if (took > slowestMs) [slowestMs, slowest] = [took, text]
    if (reason !== undefined) failures.push({ kind, seed, number, reason, text })
  }
  return { cases: to - from, failures, slowestMs, slowest }
}

interface Case {
  readonly text: string
  readonly reason?: string
}

function documentCase(catalog: Catalog): (seed: number, number: number) => Case {
  const seeds = documents.seedDocuments()
  return (seed, number) => {
    const text = documents.hostileDocument(seeds, diceOf(seed, number))
    return { text, reason: guarded(() => documents.brokenPromise(text, catalog)) }
  }
}

function expressionCase(seed: number, number: number): Case {
  const text = expressions.hostileExpression(diceOf(seed, number))
  return { text, reason: guarded(() => expressions.brokenPromise(text)) }
}

function diceOf(seed: number, number: number): ReturnType<typeof throwDice> {
  return throwDice(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b))
}

function guarded(check: () => string | undefined): string | undefined {
  try {
    return check()
  } catch (error) {
    return `It threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
  }
}
