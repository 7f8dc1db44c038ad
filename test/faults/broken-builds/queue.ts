import type { BrokenBuild } from './broken-build.ts'

export const queueBuilds: readonly BrokenBuild[] = []
