/** Writes docs/diagnostics, and removes pages of codes that are gone. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { loadCatalog } from '../engine/spec/load-catalog.ts'
import { diagnosticPages } from './diagnostic-pages.ts'

const folder = new URL('../docs/diagnostics/', import.meta.url)
const pages = diagnosticPages(await loadCatalog())
mkdirSync(folder, { recursive: true })
for (const name of readdirSync(folder)) if (!pages.has(name)) rmSync(new URL(name, folder))
for (const [name, text] of pages) writeFileSync(new URL(name, folder), text)
