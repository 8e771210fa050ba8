/** Builds a page out of one module, as the app itself is built, so that an adapter can be tried in a real browser. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

/** The folder of the built page; `entry` is next to this file. Each process has its own, so that runs at once do not spoil each other's. */
export async function bundlePage(entry: string): Promise<string> {
  const outDir = fileURLToPath(new URL(`../../test-results/pages/${basename(entry, '.ts')}-${process.pid}`, import.meta.url))
  mkdirSync(outDir, { recursive: true })
  await build({
    configFile: false,
    logLevel: 'warn',
    base: './',
    publicDir: false,
    worker: { format: 'es' },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2023',
      minify: false,
      rolldownOptions: { input: fileURLToPath(new URL(entry, import.meta.url)), output: { entryFileNames: 'page.js' } },
    },
  })
  writeFileSync(join(outDir, 'index.html'), '<!doctype html><title>Adapters</title><script type="module" src="./page.js"></script>')
  return outDir
}
