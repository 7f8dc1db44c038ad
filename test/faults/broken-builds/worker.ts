import type { BrokenBuild } from './broken-build.ts'

export const workerBuilds: readonly BrokenBuild[] = []
