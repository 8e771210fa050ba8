// `npm run dev`: vite's server, which reloads on change, with the PeerServer behind the same origin.
import { ensureDependencies } from './ensure.mjs'
import { onStop } from './run.mjs'

await ensureDependencies()
const { createServer } = await import('vite')
const { startServer } = await import('./server.mjs')

const peers = await startServer({ root: 'public' })
const target = new URL(peers.url).origin
const vite = await createServer({ server: { proxy: { '/peerjs': { target, ws: true } } } })
await vite.listen()
vite.printUrls()
onStop(() => vite.close().then(() => process.exit(0)))
