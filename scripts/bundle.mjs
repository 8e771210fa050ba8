// TypeScript for Node: scripts that run the simulator need its sources as one module. Node 20 reads no TypeScript itself.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { repoRoot } from './run.mjs'

const cache = join(repoRoot, 'node_modules', '.cache', 'peermart', 'bundles')

/**
 * Bundles a module of the sources, with all that it imports, into one for Node. Packages must be installed (see ensure.mjs).
 * @param {string} entry The module, from the repository's root.
 * @param {string} name What the bundle is called.
 * @returns {Promise<string>} The path of the bundle. Its name holds a hash of its content, so that two runs at once do not disturb each other.
 */
export async function bundle(entry, name) {
  const { build } = await import('vite')
  const output = await build({
    configFile: false,
    logLevel: 'error',
    root: repoRoot,
    ssr: { noExternal: true },
    build: { ssr: entry, write: false, minify: false, target: 'node20' },
  })
  const { code } = firstChunk(Array.isArray(output) ? output : [output])
  const path = join(cache, `${name}-${createHash('sha256').update(code).digest('hex').slice(0, 16)}.mjs`)
  if (!existsSync(path)) writeWhole(path, code)
  return path
}

/**
 * @param {unknown[]} outputs
 * @returns {{ code: string }}
 */
function firstChunk(outputs) {
  const [first] = /** @type {{ output: { type: string, code: string }[] }[]} */ (outputs)
  const chunks = first?.output.filter(({ type }) => type === 'chunk') ?? []
  if (chunks.length !== 1 || chunks[0] === undefined) throw new Error(`One module was expected of the bundler, not ${chunks.length}.`)
  return chunks[0]
}

/**
 * Written beside and renamed: whoever sees the file sees all of it.
 * @param {string} path
 * @param {string} text
 */
function writeWhole(path, text) {
  mkdirSync(cache, { recursive: true })
  const beside = `${path}.${process.pid}`
  writeFileSync(beside, text)
  renameSync(beside, path)
}
