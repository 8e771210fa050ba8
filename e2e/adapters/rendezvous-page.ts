/** Runs the rendezvous' contract in a page: its tabs are several rendezvous in one document, which BroadcastChannel and PeerServer do not mind. */
import { createRendezvous } from '../../src/adapters/rendezvous/create-rendezvous.ts'
import { Rng } from '../../src/base/rng.ts'
import type { Rendezvous } from '../../src/peer/world.ts'
import { type RendezvousWorld, rendezvousContract } from '../../test/contracts/rendezvous-contract.ts'

export type Kind = 'tabs' | 'server'

declare global {
  interface Window {
    runCase(kind: Kind, name: string): Promise<void>
    setServer(running: boolean): Promise<void>
    /** For tests with several pages: one rendezvous of this page, and what it was told. */
    rendezvous: { start(kind: Kind | 'both', nodeId: string): void; found(): { contacts: number[]; channels: number; closed: number } }
  }
}

const server = { host: '', port: 0, path: '/peerjs', secure: false }

function create(kind: Kind | 'both', network: string, nodeId: string): Rendezvous {
  const seed = crypto.getRandomValues(new Uint32Array(4)) as unknown as [number, number, number, number]
  return createRendezvous({
    network,
    nodeId,
    servers: kind === 'tabs' ? [] : [server],
    iceServers: [],
    random: new Rng(seed),
    tabs: kind !== 'server',
  })
}

async function until(condition: () => boolean, timeoutMs = 15_000): Promise<void> {
  const endMs = performance.now() + timeoutMs
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`not within ${timeoutMs} ms: ${condition}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

window.runCase = async (kind, name) => {
  const found = rendezvousContract.find((one) => one.name === name)
  if (!found) throw new Error(`no case ${name}`)
  const network = `contract#${Math.random()}`
  const all: Rendezvous[] = []
  const world: RendezvousWorld = {
    create(nodeId) {
      const rendezvous = create(kind, network, nodeId)
      all.push(rendezvous)
      return rendezvous
    },
    server: kind === 'tabs' ? null : { stop: () => window.setServer(false), start: () => window.setServer(true) },
    until,
  }
  try {
    await found.run(world)
  } finally {
    for (const rendezvous of all) rendezvous.close()
  }
}

let contacts: number[] = []
let channels = 0
let closed = 0
window.rendezvous = {
  start(kind, nodeId) {
    const rendezvous = create(kind, 'pages#1', nodeId)
    rendezvous.listen({
      onChannel(channel) {
        channels += 1
        channel.listen({
          onFrame: () => {},
          onDrain: () => {},
          onClose: () => {
            closed += 1
          },
        })
      },
      onSought(result) {
        contacts = [...contacts, result.contacts]
        rendezvous.setMode('serve', [])
      },
    })
    rendezvous.setMode('seek', [])
  },
  found: () => ({ contacts, channels, closed }),
}
