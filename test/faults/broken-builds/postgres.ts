import type { BrokenBuild } from './broken-build.ts'

export const postgresBuilds: readonly BrokenBuild[] = []
