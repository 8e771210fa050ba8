import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { startServer } from '../scripts/server.mjs'

let root: string
let server: Awaited<ReturnType<typeof startServer>>

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'peermart-server-'))
  mkdirSync(join(root, 'assets'))
  writeFileSync(join(root, 'index.html'), '<h1>PeerMart</h1>')
  writeFileSync(join(root, 'assets', 'index-1.js'), '1')
  writeFileSync(join(root, 'config.json'), '{ "network": "peermart", "n": 8 }')
  server = await startServer({ root, basePath: '/market', config: { n: 3 } })
})

afterEach(async () => {
  await server.close()
  rmSync(root, { recursive: true })
})

function get(path: string): Promise<Response> {
  return fetch(new URL(path, server.url), { redirect: 'manual' })
}

/** The first word of the PeerServer, or why there is none, and the end of the connection. */
function connect(id: string): { first: Promise<string>; closed: Promise<void> } {
  const address = new URL(`/peerjs/peerjs?key=peerjs&id=${id}&token=${Math.random()}`, server.url)
  const socket = new WebSocket(address.href.replace('http', 'ws'))
  return {
    first: new Promise((resolve) => {
      socket.once('message', (data) => resolve(JSON.parse(String(data)).type))
      socket.once('error', (error) => resolve(error.message))
    }),
    closed: new Promise((resolve) => socket.once('close', () => resolve())),
  }
}

test('the folder is served under its sub-path, with or without a query string', async () => {
  expect(await (await get('')).text()).toBe('<h1>PeerMart</h1>')
  expect(await (await get('?join=me')).text()).toBe('<h1>PeerMart</h1>')
  expect((await get('/market?join=me')).headers.get('location')).toBe('/market/?join=me')
  expect((await get('nothing')).status).toBe(404)
  expect((await get('/index.html')).status).toBe(404)
})

test('only names with a hash of the content are kept by the browser', async () => {
  expect((await get('')).headers.get('cache-control')).toBe('no-cache')
  expect((await get('config.json')).headers.get('cache-control')).toBe('no-cache')
  expect((await get('assets/index-1.js')).headers.get('cache-control')).toContain('immutable')
})

test('a compressed copy is sent to those who take it, best first, and caches tell them apart', async () => {
  writeFileSync(join(root, 'assets', 'index-1.js.gz'), gzipSync('1'))
  writeFileSync(join(root, 'assets', 'index-1.js.br'), brotliCompressSync('1'))
  const etags = new Set<string | null>()
  for (const [accepted, sent] of [
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['identity', null],
  ] as const) {
    const response = await fetch(new URL('assets/index-1.js', server.url), { headers: { 'accept-encoding': accepted } })
    expect(response.headers.get('content-encoding')).toBe(sent)
    expect(response.headers.get('vary')).toBe('Accept-Encoding')
    expect(response.headers.get('content-type')).toContain('javascript')
    expect(response.headers.get('cache-control')).toContain('immutable')
    expect(await response.text()).toBe('1')
    etags.add(response.headers.get('etag'))
  }
  expect(etags.size).toBe(3)
  const [newest] = etags
  const again = await fetch(new URL('assets/index-1.js', server.url), {
    headers: { 'accept-encoding': 'br', 'if-none-match': newest ?? '' },
  })
  expect(again.status).toBe(304)
})

test('config.json has the given values laid over it', async () => {
  expect(await (await get('config.json')).json()).toEqual({ network: 'peermart', n: 3 })
})

test('the PeerServer can be stopped, which frees every id, and started again', async () => {
  const before = connect('a')
  expect(await before.first).toBe('OPEN')
  expect(await connect('a').first).toBe('ID-TAKEN')
  server.stopPeerServer()
  await before.closed
  expect(await connect('b').first).toContain('503')
  expect((await get('/peerjs/peerjs/id')).status).toBe(503)
  expect((await get('')).status).toBe(200)
  server.startPeerServer()
  expect(await connect('a').first).toBe('OPEN')
  expect((await get('/peerjs/peerjs/id')).status).toBe(200)
})

test('garbage does not end the PeerServer', async () => {
  const socket = new WebSocket(new URL('/peerjs/peerjs?key=peerjs&id=c&token=t', server.url).href.replace('http', 'ws'))
  await new Promise((resolve) => socket.once('message', resolve))
  for (const garbage of ['null', '{', '[]', '{"type":"OFFER"}']) socket.send(garbage)
  socket.close()
  await new Promise((resolve) => socket.once('close', resolve))
  expect(await connect('c').first).toBe('OPEN')
})

test('without a PeerServer nothing answers in its place', async () => {
  await server.close()
  server = await startServer({ root, peerServer: false })
  expect((await get('/peerjs/peerjs/id')).status).toBe(404)
  expect(await connect('d').first).toContain('503')
})
