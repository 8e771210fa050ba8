/** Runs the contracts of store and signer in a page, and shows ticker, puzzle and identity to their tests. */
import { openDB } from 'idb'
import { detectEd25519, nobleEd25519, webCryptoEd25519 } from '../../src/adapters/ed25519.ts'
import { openStore } from '../../src/adapters/idb-store.ts'
import { claimIdentity } from '../../src/adapters/identity.ts'
import { type PuzzleProgress, solvePuzzle } from '../../src/adapters/puzzle.ts'
import { createSigner } from '../../src/adapters/signer.ts'
import { createTicker } from '../../src/adapters/ticker.ts'
import { type Credentials, puzzleBits } from '../../src/base/identity.ts'
import type { Store } from '../../src/peer/world.ts'
import { type SignerWorld, signerContract } from '../../test/contracts/signer-contract.ts'
import { type StoreWorld, storeContract } from '../../test/contracts/store-contract.ts'

declare global {
  interface Window {
    parts: Parts
  }
}

const network = 'parts#1'

async function until(condition: () => boolean): Promise<void> {
  const endMs = performance.now() + 20_000
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`did not come: ${condition}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

function storeWorld(): StoreWorld {
  const name = `store-${Math.random()}`
  const problems: string[] = []
  const realPut = IDBObjectStore.prototype.put
  let store: Store | undefined
  return {
    problems,
    until,
    open() {
      store?.close()
      store = openStore(name, (problem) => problems.push(problem))
      return store
    },
    async damage(place, key) {
      store?.close()
      const database = await openDB(name)
      const value: Uint8Array = await database.get(place, key)
      value[value.length - 1] = (value.at(-1) ?? 0) ^ 1
      await database.put(place, value, key)
      database.close()
    },
    setFull(full) {
      IDBObjectStore.prototype.put = full
        ? () => {
            throw new DOMException('full', 'QuotaExceededError')
          }
        : realPut
    },
  }
}

async function signerWorld(backEnd: 'webcrypto' | 'noble'): Promise<SignerWorld> {
  const ed25519 = backEnd === 'noble' ? nobleEd25519 : webCryptoEd25519
  const find = (publicKey: string, fits: (bits: number) => boolean): Credentials => {
    for (let nonce = 0; ; nonce += 1) if (fits(puzzleBits(network, { publicKey, nonce }))) return { publicKey, nonce }
  }
  const pay = (publicKey: string): Credentials => find(publicKey, (bits) => bits >= 4)
  const peer = async () => {
    const { publicKey, privateKey } = await ed25519.createKeyPair()
    return { credentials: pay(publicKey), signer: createSigner({ privateKey, network, puzzleBits: 4, ed25519 }) }
  }
  const one = await peer()
  return { peers: [one, await peer()], unpaid: find(one.credentials.publicKey, (bits) => bits < 4), pay, until }
}

async function runCase<W>(cases: readonly { name: string; run(world: W): Promise<void> }[], name: string, world: W): Promise<void> {
  const found = cases.find((one) => one.name === name)
  if (!found) throw new Error(`no case ${name}`)
  await found.run(world)
}

let release: () => void = () => {}

const parts = {
  runStoreCase: (name: string) => runCase(storeContract, name, storeWorld()),
  runSignerCase: async (backEnd: 'webcrypto' | 'noble', name: string) => runCase(signerContract, name, await signerWorld(backEnd)),
  detected: async () => (await detectEd25519()).name,

  async solve(bits: number): Promise<{ solved: boolean; reports: PuzzleProgress[]; longestMs: number }> {
    const publicKey = '7a'.repeat(32)
    const reports: PuzzleProgress[] = []
    let longestMs = 0
    let lastMs = performance.now()
    const beat = setInterval(() => {
      longestMs = Math.max(longestMs, performance.now() - lastMs)
      lastMs = performance.now()
    }, 10)
    const nonce = await solvePuzzle({ network, publicKey, bits, onProgress: (report) => reports.push(report) })
    clearInterval(beat)
    return { solved: puzzleBits(network, { publicKey, nonce }) >= bits, reports, longestMs }
  },

  async tick(delayMs: number, then: number): Promise<{ late: number; calls: number }> {
    const ticker = createTicker()
    let calls = 0
    let late = 0
    const atMs = ticker.nowMs() + delayMs
    ticker.listen(() => {
      calls += 1
      late = ticker.nowMs() - atMs
    })
    ticker.set(atMs + 60_000)
    ticker.set(atMs)
    await until(() => calls > 0)
    await new Promise((resolve) => setTimeout(resolve, then))
    ticker.close()
    return { late, calls }
  },

  /** As a tab does: claims, keeps, and releases when the page goes. */
  async claim(networkId = network): Promise<{ nodeId: string; kept: boolean; puzzles: number; notices: string[] }> {
    const notices: string[] = []
    let puzzles = 0
    const identity = await claimIdentity({
      network: networkId,
      puzzleBits: 6,
      onProgress: () => {
        puzzles = 1
      },
      onNotice: (notice) => notices.push(notice),
    })
    release = identity.release
    // It can sign, also after it was stored and read again.
    const signer = createSigner({ privateKey: identity.privateKey, network: networkId, puzzleBits: 6 })
    const bytes = Uint8Array.of(1)
    const signature = await new Promise<string>((resolve) => signer.sign(bytes, resolve))
    const part = { key: 'k', credentials: identity.credentials, bytes, signature }
    if (!(await new Promise((resolve) => signer.verify([part], resolve)))) throw new Error('the key does not fit')
    return { nodeId: identity.nodeId, kept: identity.database !== null, puzzles, notices }
  },
}

addEventListener('pagehide', () => release())
window.parts = parts

export type Parts = typeof parts
