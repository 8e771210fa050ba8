// Installs what is missing; quick when nothing is. Only Node's built-ins: it runs on a fresh clone.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { repoRoot, run, succeeds } from './run.mjs'

const systemBrowsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable']
const systemFirefoxes = ['/usr/bin/firefox-esr', '/usr/bin/firefox']

export async function ensureDependencies() {
  if (dependenciesAreInstalled()) return
  console.error('Installing packages ...')
  // Not `npm ci`: it refuses a lock file without the binaries of other platforms, which not every registry mirror has. The versions
  // are the lock file's all the same, and it is left as it is.
  const code = await run('npm', ['install', '--include=dev', '--no-save', '--no-audit', '--no-fund'], { stdout: 'stderr' })
  if (code !== 0) throw new Error('Packages could not be installed. Check the network and the npm registry; `npm install` shows more.')
}

/** npm notes in node_modules what it installed; if that is what our lock file wants, there is nothing to do. */
function dependenciesAreInstalled() {
  const wanted = lockedPackages(join(repoRoot, 'package-lock.json'))
  const installed = lockedPackages(join(repoRoot, 'node_modules', '.package-lock.json'))
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    // Optional ones are binaries of other platforms.
    return path === '' || installed[path]?.version === version || (optional && !installed[path])
  })
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function lockedPackages(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : {}
}

/**
 * The Chromium to test with: of the environment, Playwright's own, the system's.
 * @returns {string | null}
 */
export function findBrowser() {
  const candidates = [process.env.CHROMIUM, playwrightBrowser(), ...systemBrowsers]
  return candidates.find((path) => path && existsSync(path)) ?? null
}

/** @returns {string | undefined} */
function playwrightBrowser() {
  try {
    return createRequire(import.meta.url)('@playwright/test').chromium.executablePath()
  } catch {
    return undefined // not installed, or no build for this platform
  }
}

/**
 * The Firefox to test with: of the environment, the system's.
 * @returns {string | null}
 */
export function findFirefox() {
  return [process.env.FIREFOX, ...systemFirefoxes].find((path) => path && existsSync(path)) ?? null
}

/**
 * Firefox's path; null, and why is said, where it cannot be had: the tests in Chromium are worth running without it.
 * @returns {Promise<string | null>}
 */
export async function ensureFirefox() {
  if (!workingFirefox()) await installDebianPackages(['firefox-esr'])
  const firefox = workingFirefox()
  if (!firefox) console.error(noFirefox)
  return firefox
}

/** What a run without Firefox says. */
export const noFirefox =
  'NO FIREFOX: the tests in Firefox were NOT run. Install one (for example `apt-get install firefox-esr`) or name it: FIREFOX=/path/to/firefox npm test'

function workingFirefox() {
  const firefox = findFirefox()
  return firefox && succeeds(firefox, ['--version']) ? firefox : null
}

/** A browser and, on Linux, Xvfb for the tests with a window. Returns the browser's path. */
export async function ensureBrowser() {
  let browser = workingBrowser()
  if (!browser) {
    console.error('Installing Chromium ...')
    await run('npx', ['playwright', 'install', 'chromium'], {
      stdout: 'stderr',
      timeoutMs: 180_000,
      env: { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '10000' },
    })
    browser = workingBrowser()
  }
  const missing = [...(browser ? [] : ['chromium', 'fonts-liberation']), ...(hasXvfb() ? [] : ['xvfb'])]
  if (missing.length > 0) await installDebianPackages(missing)
  browser = workingBrowser()
  if (!browser)
    throw new Error(
      'No working Chromium. Install one (for example `apt-get install chromium`) or name it: CHROMIUM=/path/to/chromium npm test',
    )
  if (!hasXvfb()) throw new Error('No Xvfb, which the tests with a window need. Install it (for example `apt-get install xvfb`).')
  return browser
}

/** A browser that is there may still lack its libraries; asking its version shows that. */
function workingBrowser() {
  const browser = findBrowser()
  return browser && succeeds(browser, ['--version']) ? browser : null
}

function hasXvfb() {
  return process.platform !== 'linux' || isOnPath('Xvfb')
}

/** @param {string} name */
function isOnPath(name) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => folder && existsSync(join(folder, name)))
}

/** @param {string[]} names */
async function installDebianPackages(names) {
  if (!isOnPath('apt-get')) return
  const root = process.getuid?.() === 0
  if (!root && !succeeds('sudo', ['-n', 'true'])) return
  console.error(`Installing ${names.join(', ')} (apt-get) ...`)
  /** @param {string[]} args */
  const aptGet = (args) => {
    const command = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q', ...args]
    const [program = 'env', ...rest] = root ? command : ['sudo', '-n', ...command]
    return run(program, rest, { stdout: 'stderr' })
  }
  await aptGet(['update'])
  await aptGet(['install', '-y', '--no-install-recommends', ...names])
}
