// What a first visit loads before any lazy part: the scripts that dist/index.html names, and all that they import. Fails above the budget.
import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { parseSync } from 'vite'
import { repoRoot } from './run.mjs'

/** Issue 4: at most 110 kB of script, as it goes over the wire. */
export const BUDGET_BYTES = 110_000

/**
 * @param {string} [dist] the built app
 * @returns {{ scripts: { file: string, gzipBytes: number }[], gzipBytes: number }}
 */
export function firstLoad(dist = join(repoRoot, 'dist')) {
  const found = new Set(scriptsOf(readFileSync(join(dist, 'index.html'), 'utf8')))
  // A set goes on with what is added while it is walked.
  for (const file of found) for (const imported of importsOf(file, readFileSync(join(dist, file), 'utf8'))) found.add(imported)
  const scripts = [...found].map((file) => ({ file, gzipBytes: gzipSync(readFileSync(join(dist, file))).length }))
  if (scripts.length === 0) throw new Error('dist/index.html names no script: something else was built.')
  return { scripts, gzipBytes: scripts.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0) }
}

/**
 * Scripts and preloaded modules.
 * @param {string} html
 */
function scriptsOf(html) {
  const tags = html.match(/<script\b[^>]*>|<link\b[^>]*\brel="modulepreload"[^>]*>/g) ?? []
  return tags.flatMap((tag) => {
    const address = /\b(?:src|href)="([^"]+)"/.exec(tag)?.[1]
    return address === undefined ? [] : [posix.normalize(address)]
  })
}

/**
 * @param {string} file
 * @param {string} code
 */
function importsOf(file, code) {
  const { staticImports, staticExports } = parseSync(file, code).module
  const sources = [
    ...staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...staticExports.flatMap(({ entries }) => entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? [])),
  ]
  return sources.map((source) => posix.join(posix.dirname(file), source))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { scripts, gzipBytes } = firstLoad()
  for (const script of scripts) console.log(`${script.file}: ${script.gzipBytes} bytes`)
  console.log(`First load: ${gzipBytes} bytes of script, gzipped; the budget is ${BUDGET_BYTES}.`)
  process.exit(gzipBytes > BUDGET_BYTES ? 1 : 0)
}
