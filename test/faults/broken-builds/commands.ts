import type { BrokenBuild } from './broken-build.ts'

export const commandBuilds: readonly BrokenBuild[] = []
