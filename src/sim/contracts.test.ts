// The twins pass the same acceptance suites as the adapters that a tab has: each over a small world on virtual time.
import { describe, test } from 'vitest'
import { type LinksTab, type LinksWorld, linksContract } from '../../test/contracts/links-contract.ts'
import { type RendezvousWorld, rendezvousContract } from '../../test/contracts/rendezvous-contract.ts'
import { type SignerPeer, type SignerWorld, signerContract } from '../../test/contracts/signer-contract.ts'
import { type StoreWorld, storeContract } from '../../test/contracts/store-contract.ts'
import { type TickerWorld, tickerContract } from '../../test/contracts/ticker-contract.ts'
import { sha256, toHex, utf8 } from '../base/bytes.ts'
import { type Credentials, nodeIdOf, puzzleBits } from '../base/identity.ts'
import { Rng } from '../base/rng.ts'
import type { Store } from '../peer/world.ts'
import { EventLoop } from './event-loop.ts'
import { RealAuthority } from './real-authority.ts'
import type { SimAttempt } from './sim-attempts.ts'
import { channelPair } from './sim-channel.ts'
import { SimLinks } from './sim-links.ts'
import { SimNetwork } from './sim-network.ts'
import { SimRendezvous, SimServer } from './sim-rendezvous.ts'
import { type Authority, CheckedParts, SignatureAuthority, SimSigner } from './sim-signer.ts'
import { SimDisk, SimStore } from './sim-store.ts'
import { SimClock, SimTicker } from './sim-ticker.ts'

const START_MS = 1_700_000_000_000
const PATIENCE_MS = 20_000

function createLoop(): EventLoop {
  return new EventLoop(START_MS)
}

/** Runs one action after the other until the condition holds. */
async function until(loop: EventLoop, condition: () => boolean, timeoutMs = PATIENCE_MS): Promise<void> {
  const endMs = loop.nowMs + timeoutMs
  while (!condition()) if (!loop.runNext(endMs)) throw new Error(`not within ${timeoutMs} ms: ${condition}`)
}

function keyOf(name: string): string {
  return toHex(sha256(utf8(name)))
}

function linksWorld(specs: readonly LinksTab[], seed: number): LinksWorld {
  const loop = createLoop()
  const network = new SimNetwork<SimAttempt>(loop, new Rng([seed, 0, 0, 1]))
  const authority = new SignatureAuthority('links')
  const tabs = specs
    .map((spec) => {
      const networkId = `test#${spec.network}`
      const credentials = { publicKey: keyOf(`${seed} ${spec.identity}`), nonce: 0 }
      const nodeId = nodeIdOf(networkId, credentials)
      const sign = (bytes: Uint8Array): string => authority.sign(credentials.publicKey, bytes)
      return { nodeId, links: new SimLinks({ network, networkId, nodeId, credentials, sign, holds: (part) => authority.holds(part) }) }
    })
    .sort((left, right) => (left.nodeId < right.nodeId ? -1 : 1))
  let channels = 0
  return {
    tabs,
    join(first, second) {
      channels += 1
      const [left, right] = channelPair({ loop, delayMs: 10, name: `channel ${channels}` })
      tabs[first]?.links.accept(left, true)
      tabs[second]?.links.accept(right, false)
    },
    until: (condition) => until(loop, condition),
  }
}

describe.each([1, 2, 3])('the simulated links, seed %i', (seed) => {
  for (const { name, tabs, run } of linksContract) test(name, () => run(linksWorld(tabs, seed)))
})

function rendezvousWorld(seed: number): RendezvousWorld {
  const loop = createLoop()
  const server = new SimServer(loop, new Rng([seed, 0, 0, 2]))
  return {
    create: (nodeId) => new SimRendezvous(server, nodeId),
    server: {
      async stop() {
        server.stop()
      },
      async start() {
        server.start()
      },
    },
    until: (condition, timeoutMs) => until(loop, condition, timeoutMs),
  }
}

describe.each([1, 2, 3])('the simulated rendezvous, seed %i', (seed) => {
  for (const { name, run } of rendezvousContract) test(name, () => run(rendezvousWorld(seed)))
})

function storeWorld(): StoreWorld {
  const loop = createLoop()
  const disk = new SimDisk()
  const problems: string[] = []
  let store: Store | undefined
  return {
    problems,
    open() {
      store?.close()
      store = new SimStore({ loop, disk, onProblem: (problem) => problems.push(problem) })
      return store
    },
    async damage(name, key) {
      disk.damage(name, key)
    },
    setFull(full) {
      disk.full = full
    },
    until: (condition) => until(loop, condition),
  }
}

describe('the simulated store', () => {
  for (const { name, run } of storeContract) test(name, () => run(storeWorld()))
})

const PUZZLE_BITS = 4

function signerWorld(authority: Authority): SignerWorld {
  const loop = createLoop()
  const network = 'test#0'
  const nonceFor = (publicKey: string, isWanted: (bits: number) => boolean): Credentials => {
    for (let nonce = 0; ; nonce += 1) if (isWanted(puzzleBits(network, { publicKey, nonce }))) return { publicKey, nonce }
  }
  const pay = (publicKey: string): Credentials => nonceFor(publicKey, (bits) => bits >= PUZZLE_BITS)
  const peerOf = (name: string): SignerPeer => {
    const credentials = pay(authority.createKey(name))
    return {
      credentials,
      signer: new SimSigner({ loop, authority, checked: new CheckedParts(authority), credentials, network, puzzleBits: PUZZLE_BITS }),
    }
  }
  return {
    peers: [peerOf('one'), peerOf('two')],
    unpaid: nonceFor(authority.createKey('one'), (bits) => bits < PUZZLE_BITS),
    pay,
    until: (condition) => until(loop, condition),
  }
}

describe.each([
  ['cheap', SignatureAuthority],
  ['real', RealAuthority],
] as const)('the simulated signer, %s', (_name, OneAuthority) => {
  for (const { name, run } of signerContract) test(name, () => run(signerWorld(new OneAuthority('signer'))))
})

/** At a moment between two milliseconds, as most are in a simulated world. */
function tickerWorld(offsetMs: number): TickerWorld {
  const loop = new EventLoop(START_MS + 0.7)
  return {
    ticker: new SimTicker(loop, new SimClock(loop, offsetMs)),
    advance(durationMs) {
      const untilMs = loop.nowMs + durationMs
      while (loop.runNext(untilMs));
    },
  }
}

describe.each([0, -5_000, 123.4])('the simulated ticker, %d ms off', (offsetMs) => {
  for (const { name, run } of tickerContract) test(name, () => run(tickerWorld(offsetMs)))
})
