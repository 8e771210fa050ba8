import { PeerMart } from './adapters/peermart.ts'
import { mountScreen } from './ui/screen.tsx'

declare global {
  interface Window {
    peermart: PeerMart
  }
}

const peermart = new PeerMart()
window.peermart = peermart
const root = document.getElementById('root')
if (root !== null) {
  mountScreen(root, peermart, async () => (await import('./lab.ts')).lab)
    .catch(reportError)
    // The screen needs none of the peer's code, and should not wait for it on its way here.
    .then(() => import('./adapters/tab.ts'))
    .then(
      ({ openTab }) => openTab(peermart),
      (error) => peermart.fail(`A part of this page could not be loaded (${error}). Check the connection, then reload the page.`),
    )
}
