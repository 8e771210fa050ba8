// The project's own PeerServer (npm `peer`) as a part that can be mounted on an http server, stopped and started again.
import express from 'express'
import { ExpressPeerServer } from 'peer'
import { WebSocketServer } from 'ws'

/** A signal is a few KiB; without a limit ws would buffer 100 MiB from anyone. */
const maxPayloadBytes = 256 * 1024

/**
 * @typedef {object} PeerServerPart
 * @property {(req: import('node:http').IncomingMessage, res: import('node:http').ServerResponse) => void} request
 * @property {(req: import('node:http').IncomingMessage, socket: import('node:stream').Duplex, head: Buffer) => void} upgrade
 * @property {() => void} start
 * @property {() => void} stop
 */

/**
 * PeerServer knows no stop: left alone it hooks `upgrade` of the server for good, and its timers cannot be ended. So it gets
 * a WebSocketServer that listens to nobody, upgrades are handed to it here, and stopping closes this door and every socket
 * behind it: a closed socket frees its id, so that nothing of before the stop is left.
 * @param {import('node:http').Server} server
 * @param {string} path such as `/peerjs`
 * @returns {PeerServerPart}
 */
export function createPeerServer(server, path) {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxPayloadBytes })
  const peers = ExpressPeerServer(server, { path: '/', createWebSocketServer: () => sockets })
  // Garbage from one client arrives as an `error` event, which unheard would end the process.
  peers.on('error', () => {})
  const app = express().disable('x-powered-by').use(path, peers)
  let open = true
  return {
    request: (req, res) => (open ? app(req, res) : refuseRequest(res)),
    upgrade(req, socket, head) {
      if (!open || pathOf(req) !== `${path}/peerjs`) return refuseUpgrade(socket)
      sockets.handleUpgrade(req, socket, head, (client) => sockets.emit('connection', client, req))
    },
    start() {
      open = true
    },
    stop() {
      open = false
      for (const client of sockets.clients) client.terminate()
    },
  }
}

/** @param {import('node:http').IncomingMessage} req */
export function pathOf(req) {
  return (req.url ?? '/').split('?', 1)[0] ?? '/'
}

/** @param {import('node:http').ServerResponse} res */
function refuseRequest(res) {
  res.writeHead(503, { Connection: 'close' }).end()
}

/** @param {import('node:stream').Duplex} socket */
export function refuseUpgrade(socket) {
  socket.on('error', () => {})
  socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n')
}
