// Worlds of the figures that are done, by the very code and job that made them: a run that was stopped goes on where it was.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { repoRoot } from './run.mjs'

/** @typedef {{ bundle: string, figure: string, job: object }} Made `bundle`: of src/sim/figures/figures.ts; its name follows from the code. */

const folder = join(repoRoot, 'node_modules', '.cache', 'peermart', 'figures')

/** @param {Made} made */
function pathOf({ bundle, figure, job }) {
  const name = createHash('sha256')
    .update(`${basename(bundle)} ${figure} ${JSON.stringify(job)}`)
    .digest('hex')
    .slice(0, 32)
  return join(folder, `${name}.json`)
}

/**
 * What came of it; undefined when it was not done.
 * @param {Made} made
 * @returns {unknown}
 */
export function donePart(made) {
  const path = pathOf(made)
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}

/**
 * Written beside and renamed, as a run may be stopped at any time.
 * @param {Made} made
 * @param {unknown} part
 */
export function keepPart(made, part) {
  mkdirSync(folder, { recursive: true })
  const path = pathOf(made)
  const beside = `${path}.${process.pid}`
  writeFileSync(beside, JSON.stringify(part))
  renameSync(beside, path)
}
