// What a first visit loads before any lazy part: the scripts that dist/index.html names, and all that they import. Fails above the budget.
// What the peer needs to join comes by itself after that, and is told beside it.
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { parseSync } from 'vite'
import { repoRoot } from './run.mjs'

/** Issue 4: at most 110 kB of script, as it goes over the wire. */
export const BUDGET_BYTES = 110_000

/** What `src/adapters/tab.ts` loads on its way into the ring, by the names of the chunks without their hashes. */
const PEER_PARTS = ['tab', 'station', 'webrtc-channel', 'puzzle-worker', 'ticker-worker']

/** @typedef {{ scripts: { file: string, gzipBytes: number }[], gzipBytes: number }} Load */

/**
 * Before any lazy part.
 * @param {string} [dist] the built app
 * @returns {Load}
 */
export function firstLoad(dist = join(repoRoot, 'dist')) {
  const entries = scriptsOf(readFileSync(join(dist, 'index.html'), 'utf8'))
  if (entries.length === 0) throw new Error('dist/index.html names no script: something else was built.')
  return loadOf(dist, entries)
}

/**
 * The first load and all that it takes to be in the ring.
 * @param {string} [dist] the built app
 * @returns {Load}
 */
export function loadWithPeer(dist = join(repoRoot, 'dist')) {
  const built = readdirSync(join(dist, 'assets'))
  const parts = PEER_PARTS.map((name) => {
    const file = built.find((other) => other.startsWith(`${name}-`) && /^-[\w-]{8}\.js$/.test(other.slice(name.length)))
    if (file === undefined) throw new Error(`No chunk of the build is called ${name}: is what joining needs another now?`)
    return `assets/${file}`
  })
  return loadOf(dist, [...firstLoad(dist).scripts.map(({ file }) => file), ...parts])
}

/**
 * @param {string} dist
 * @param {readonly string[]} entries
 * @returns {Load}
 */
function loadOf(dist, entries) {
  const found = new Set(entries)
  // A set goes on with what is added while it is walked.
  for (const file of found) for (const imported of importsOf(file, readFileSync(join(dist, file), 'utf8'))) found.add(imported)
  const scripts = [...found].map((file) => ({ file, gzipBytes: gzipSync(readFileSync(join(dist, file))).length }))
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
  console.log(`With the peer, which comes after it: ${loadWithPeer().gzipBytes} bytes.`)
  process.exit(gzipBytes > BUDGET_BYTES ? 1 : 0)
}
