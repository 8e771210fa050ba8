import { PeerMart } from './adapters/peermart.ts'
import { mountScreen } from './ui/screen.tsx'

declare global {
  interface Window {
    peermart: PeerMart
  }
}

// The peer's code comes beside the screen, which needs none of it.
const tab = import('./adapters/tab.ts')
const peermart = new PeerMart()
window.peermart = peermart
const root = document.getElementById('root')
if (root !== null) mountScreen(root, peermart, async () => (await import('./lab.ts')).lab)
tab.then(
  ({ openTab }) => openTab(peermart),
  (error) => peermart.fail(`A part of this page could not be loaded (${error}). Check the connection, then reload the page.`),
)
