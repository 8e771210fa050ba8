/**
 * Truly hidden tabs: Playwright's pages are always visible, so here Chromium is started by hand, with its tabs as arguments,
 * in one window under Xvfb, and driven over the DevTools protocol (https://chromedevtools.github.io/devtools-protocol).
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { browserFlags } from '../scripts/browser-flags.mjs'

/** Starting a display and a browser on a busy machine. */
const START_MS = 30_000

export interface DevtoolsTab {
  /** Runs an expression in the page; a Promise is awaited. Rejects with the page's error. */
  evaluate<T>(expression: string): Promise<T>
}

export interface HeadedBrowser {
  readonly tabs: readonly DevtoolsTab[]
  close(): Promise<void>
}

/** Opens the addresses as tabs of one window; all but the last one are hidden. */
export async function openHeaded(executablePath: string, urls: readonly string[]): Promise<HeadedBrowser> {
  const profile = mkdtempSync(join(tmpdir(), 'peermart-headed-'))
  const display = await startDisplay()
  const browser = spawn(
    executablePath,
    ['--no-sandbox', ...browserFlags, `--user-data-dir=${profile}`, '--remote-debugging-port=0', '--no-default-browser-check', ...urls],
    { env: { ...process.env, DISPLAY: display.name }, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const close = async (): Promise<void> => {
    await end(browser)
    await end(display.process)
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    const port = Number(await lineOf(browser, /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//))
    const targets = await pageTargets(port, urls)
    return { tabs: await Promise.all(targets.map(attach)), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function startDisplay(): Promise<{ name: string; process: ChildProcess }> {
  // Xvfb picks a free display and writes its number to the descriptor.
  const server = spawn('Xvfb', ['-displayfd', '2', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  return { name: `:${await lineOf(server, /^(\d+)\s*$/m)}`, process: server }
}

/** Waits for a line on standard error; its first group. */
function lineOf(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let seen = ''
    const timer = setTimeout(() => reject(new Error(`not started in ${START_MS} ms: ${seen}`)), START_MS)
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`ended at once: ${seen}`)))
    child.stderr?.on('data', (chunk: Buffer) => {
      seen += chunk.toString()
      const found = pattern.exec(seen)?.[1]
      if (found === undefined) return
      clearTimeout(timer)
      resolve(found)
    })
  })
}

interface Target {
  readonly type: string
  readonly url: string
  readonly webSocketDebuggerUrl: string
}

async function pageTargets(port: number, urls: readonly string[]): Promise<Target[]> {
  const untilMs = Date.now() + START_MS
  while (Date.now() < untilMs) {
    const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as Target[]
    const pages = urls.map((url) => targets.find((target) => target.type === 'page' && target.url === url))
    if (pages.every((page) => page !== undefined)) return pages
  }
  throw new Error('the tabs did not open')
}

async function attach(target: Target): Promise<DevtoolsTab> {
  const socket = new WebSocket(target.webSocketDebuggerUrl, { perMessageDeflate: false })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  let nextId = 1
  const waiting = new Map<number, (message: { result?: EvaluateResult; error?: { message: string } }) => void>()
  socket.on('message', (data) => {
    const message = JSON.parse(data.toString())
    waiting.get(message.id)?.(message)
    waiting.delete(message.id)
  })
  return {
    evaluate: (expression) =>
      new Promise((resolve, reject) => {
        const id = nextId
        nextId += 1
        waiting.set(id, ({ result, error }) => {
          const thrown = error?.message ?? result?.exceptionDetails?.exception?.description
          if (thrown === undefined) resolve(result?.result?.value as never)
          else reject(new Error(thrown))
        })
        const params = { expression, awaitPromise: true, returnByValue: true }
        socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params }))
      }),
  }
}

interface EvaluateResult {
  readonly result?: { readonly value?: unknown }
  readonly exceptionDetails?: { readonly exception?: { readonly description?: string } }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill()
  await ended
}
