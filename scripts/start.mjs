// `npm start`: installs and builds what is missing, then serves the app with its PeerServer. Prints one line: the address.
import { parseArgs } from 'node:util'
import { buildIfStale } from './build.mjs'
import { ensureDependencies } from './ensure.mjs'
import { onStop, repoRoot } from './run.mjs'

const defaultPort = 8080
const portsToTry = 100

const usage = `Usage: npm start -- [--port N] [--host ADDRESS]
  --port N        listen here (or PORT in the environment); otherwise ${defaultPort} or the next free one
  --host ADDRESS  listen on this interface, 0.0.0.0 for all; otherwise this computer only`

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}

async function main() {
  const { values } = parseArgs({ options: { port: { type: 'string' }, host: { type: 'string' }, help: { type: 'boolean' } } })
  if (values.help) return console.error(usage)
  const port = parsePort(values.port ?? process.env.PORT)
  await ensureDependencies()
  await buildIfStale()
  const server = await startOnFreePort(port, values.host ?? '127.0.0.1')
  console.log(`PeerMart is running at ${server.url}`)
  // PeerServer's timers never end, so leaving has to be said.
  onStop(() => server.close().then(() => process.exit(0)))
}

/**
 * @param {string | undefined} text
 * @returns {number | undefined}
 */
function parsePort(text) {
  if (text === undefined || text === '') return undefined
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`Not a port: ${text}\n${usage}`)
  return port
}

/**
 * A port that was asked for is taken or refused; the default one may move, since nobody counts on it.
 * @param {number | undefined} wanted
 * @param {string} host
 */
async function startOnFreePort(wanted, host) {
  const { startServer } = await import('./server.mjs')
  process.chdir(repoRoot)
  const last = wanted ?? defaultPort + portsToTry - 1
  for (let port = wanted ?? defaultPort; ; port += 1) {
    try {
      return await startServer({ port, host })
    } catch (error) {
      const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
      if (!taken) throw error
      if (port >= last) throw new Error(`Port ${port} is taken; choose another with --port.`)
    }
  }
}
