// One http server for the built app and its PeerServer. Used by `npm start`, by `npm run dev` and by every e2e test.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import sirv from 'sirv'
import { createPeerServer, pathOf, refuseUpgrade } from './peer-server.mjs'

const peerPath = '/peerjs'

/**
 * @typedef {object} ServerOptions
 * @property {number} [port] 0 takes any free one
 * @property {string} [host] which interface to listen on
 * @property {string} [root] the folder to serve
 * @property {string} [basePath] where the folder appears: `/` or a sub-path such as `/market/`
 * @property {Record<string, unknown> | string} [config] values laid over the folder's config.json; a string replaces the whole file, as it is
 * @property {boolean} [peerServer] false: only static files, as a plain host would serve them
 */

/** @param {ServerOptions} [options] */
export async function startServer({ port = 0, host = '127.0.0.1', root = 'dist', basePath = '/', config = {}, peerServer = true } = {}) {
  const base = `/${basePath.split('/').filter(Boolean).join('/')}/`.replace('//', '/')
  const files = staticFiles({ root, base, config })
  const server = createServer()
  const peers = peerServer ? createPeerServer(server, peerPath) : null
  server.on('request', (req, res) => {
    const forPeers = peers && `${pathOf(req)}/`.startsWith(`${peerPath}/`)
    return forPeers ? peers.request(req, res) : files(req, res)
  })
  server.on('upgrade', (req, socket, head) => (peers ? peers.upgrade(req, socket, head) : refuseUpgrade(socket)))
  const boundPort = await listen(server, port, host)
  return {
    url: `http://localhost:${boundPort}${base}`,
    port: boundPort,
    stopPeerServer: () => peers?.stop(),
    startPeerServer: () => peers?.start(),
    close: () => close(server, peers),
  }
}

/** @param {{ root: string, base: string, config: Record<string, unknown> | string }} options */
function staticFiles({ root, base, config }) {
  // `dev` looks at the disk for every request, so that a rebuild is seen without a restart. Compressed copies come from the build (compress.mjs).
  const serve = sirv(root, { dev: true, etag: true, brotli: true, gzip: true, setHeaders: cacheForever })
  const overridden = typeof config === 'string' || Object.keys(config).length > 0
  /** @type {(req: import('node:http').IncomingMessage, res: import('node:http').ServerResponse) => void} */
  return (req, res) => {
    const path = pathOf(req)
    const query = (req.url ?? '').slice(path.length)
    if (req.method !== 'GET' && req.method !== 'HEAD') return end(res, 405)
    // The app's addresses are relative: without the last slash they would lead outside the sub-path.
    if (`${path}/` === base) return end(res, 302, { Location: base + query })
    if (!path.startsWith(base)) return end(res, 404)
    if (overridden && path === `${base}config.json`) return sendConfig(res, root, config)
    req.url = `/${path.slice(base.length)}${query}`
    serve(req, res)
  }
}

/**
 * The build puts a hash of the content into these names; everything else is asked for again (sirv: `no-cache` with an etag).
 * @param {import('node:http').ServerResponse} res
 * @param {string} path
 */
function cacheForever(res, path) {
  if (path.startsWith('/assets/')) res.setHeader('Cache-Control', 'public,max-age=31536000,immutable')
}

/**
 * @param {import('node:http').ServerResponse} res
 * @param {string} root
 * @param {Record<string, unknown> | string} config
 */
function sendConfig(res, root, config) {
  const text =
    typeof config === 'string' ? config : JSON.stringify({ ...JSON.parse(readFileSync(join(root, 'config.json'), 'utf8')), ...config })
  res.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache' }).end(text)
}

/**
 * @param {import('node:http').ServerResponse} res
 * @param {number} status
 * @param {import('node:http').OutgoingHttpHeaders} [headers]
 */
function end(res, status, headers = {}) {
  res.writeHead(status, headers).end()
}

/**
 * @param {import('node:http').Server} server
 * @param {number} port
 * @param {string} host
 * @returns {Promise<number>}
 */
function listen(server, port, host) {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}

/**
 * @param {import('node:http').Server} server
 * @param {import('./peer-server.mjs').PeerServerPart | null} peers
 * @returns {Promise<void>}
 */
function close(server, peers) {
  peers?.stop()
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
