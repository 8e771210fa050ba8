// Starting other programs, with Node's built-ins only: this runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const repoRoot = fileURLToPath(new URL('..', import.meta.url))

const isWindows = process.platform === 'win32'

/**
 * Runs a command with its output shown; resolves to its exit code (1 if it could not start or was stopped).
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, timeoutMs?: number, stdout?: 'inherit' | 'stderr' }} [options]
 * @returns {Promise<number>}
 */
export function run(command, args, { env = {}, timeoutMs, stdout = 'inherit' } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: repoRoot,
      env: { ...process.env, ...env },
      stdio: ['ignore', stdout === 'stderr' ? 2 : 'inherit', 'inherit'],
      shell: isWindows,
      ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
    })
    child.on('error', () => resolve(1))
    child.on('close', (code) => resolve(code ?? 1))
  })
}

/**
 * Whether a command runs and ends well, in silence.
 * @param {string} command
 * @param {string[]} args
 */
export function succeeds(command, args) {
  return spawnSync(command, args, { stdio: 'ignore', timeout: 30_000, shell: isWindows }).status === 0
}

/**
 * A program of an installed package, without asking npx to look further than node_modules.
 * @param {string} name
 * @returns {string}
 */
export function localBin(name) {
  return fileURLToPath(new URL(`../node_modules/.bin/${name}`, import.meta.url))
}

/**
 * Calls back once when the process is asked to stop. npm passes a SIGTERM to the shell between it and us, which dies and tells nobody:
 * under npm a change of parent means the same.
 * @param {() => void} stop
 */
export function onStop(stop) {
  let stopped = false
  const once = () => {
    if (!stopped) stop()
    stopped = true
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, once)
  if (!process.env.npm_lifecycle_event) return
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && once(), 500).unref()
}
