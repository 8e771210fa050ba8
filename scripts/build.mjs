// Builds dist/ only if something it is made of has changed. `npm run build` always builds.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { localBin, repoRoot, run } from './run.mjs'

const sources = ['src', 'public', 'index.html', 'vite.config.ts', 'scripts/compress.mjs', 'package-lock.json']
const stampFile = join(repoRoot, 'node_modules', '.cache', 'peermart', 'build')

export async function buildIfStale() {
  if (isFresh()) return
  console.error('Building ...')
  const code = await run(localBin('vite'), ['build', '--logLevel', 'warn'], { stdout: 'stderr' })
  if (code !== 0) throw new Error('The build failed; `npm run build` shows why.')
  mkdirSync(dirname(stampFile), { recursive: true })
  writeFileSync(stampFile, currentStamp())
}

function isFresh() {
  return existsSync(stampFile) && existsSync(join(repoRoot, 'dist', 'index.html')) && readFileSync(stampFile, 'utf8') === currentStamp()
}

/** The page names its scripts by their content's hash, so it stands for the whole build: one made by hand meanwhile is noticed too. */
function currentStamp() {
  const hash = createHash('sha256')
  for (const file of [...sources, 'dist/index.html'].flatMap(filesUnder))
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(repoRoot, file)))
      .update('\0')
  return hash.digest('hex')
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function filesUnder(path) {
  const full = join(repoRoot, path)
  if (!existsSync(full)) return []
  if (path.includes('.')) return [path]
  return readdirSync(full, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(repoRoot.length))
    .sort()
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await buildIfStale()
