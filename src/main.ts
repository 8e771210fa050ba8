import { PeerMart } from './adapters/peermart.ts'
import { openTab } from './adapters/tab.ts'
import { mountScreen } from './ui/screen.tsx'

declare global {
  interface Window {
    peermart: PeerMart
  }
}

const peermart = new PeerMart()
window.peermart = peermart
const root = document.getElementById('root')
if (root !== null) mountScreen(root, peermart, async () => (await import('./lab.ts')).lab)
openTab(peermart)
