import type { BrokenBuild } from './broken-build.ts'

export const historyBuilds: readonly BrokenBuild[] = []
