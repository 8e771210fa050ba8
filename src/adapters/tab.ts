/** Opens this tab's peer: configuration, identity, store, then the peer with its world, each step reported to `window.peermart`. */
import { toHex } from '../base/bytes.ts'
import type { NodeId } from '../base/identity.ts'
import { Rng } from '../base/rng.ts'
import { Driver } from '../peer/driver.ts'
import { Peer } from '../peer/peer.ts'
import type { View } from '../peer/view.ts'
import type { Config, RendezvousConfig } from '../wire/config.ts'
import { networkId } from '../wire/parameters.ts'
import { agreeToServers } from './agreed-servers.ts'
import { loadConfig } from './config.ts'
import { completeServers, type Reach } from './connection.ts'
import { openStore } from './idb-store.ts'
import { claimIdentity, type TabIdentity } from './identity.ts'
import { IdentityKeeper } from './identity-keeper.ts'
import { otherNetworkWords, readLink, serversQuestion, unknownServers } from './invite.ts'
import { lateWebRtc } from './links/late-rtc.ts'
import { WebLinks } from './links/web-links.ts'
import { createMemoryStore } from './memory-store.ts'
import type { PeerMart } from './peermart.ts'
import { narrowPolicy } from './policy.ts'
import type { PuzzleProgress } from './puzzle.ts'
import { prepareClaims } from './rendezvous/claim.ts'
import { createRendezvous } from './rendezvous/create-rendezvous.ts'
import { createSigner } from './signer.ts'
import type { Startup } from './startup.ts'
import { createTicker } from './ticker.ts'

/** Views are shown at most this often: as fast as a person reads. */
const PUBLISH_MS = 100

/** Starts the peer. Whatever goes wrong is told by `peermart`, never thrown. */
export async function openTab(peermart: PeerMart): Promise<void> {
  const { progress } = peermart
  try {
    progress.step('config', { state: 'running' })
    const config = await loadConfig()
    const network = networkId(config.parameters)
    progress.step('config', { state: 'done', detail: `Network ${network}` })
    const reach = peermart.connection.reach(config, (problem) => progress.notice(problem))
    narrowPolicy(completeServers(reach.servers))
    loadAhead(reach.servers)
    const invitedBy = readInvitation({ network, servers: reach.servers, progress })
    const identity = await claim(network, config, progress)
    run({ peermart, config, network, identity, reach, invitedBy })
  } catch (error) {
    peermart.fail(error instanceof Error ? error.message : String(error))
  }
  // Not before: what joining needs comes first.
  peermart.keepApp()
}

type Servers = readonly RendezvousConfig[]

/** What joining will need is on its way while the identity is made. Whoever needs it says so if it does not come. */
function loadAhead(servers: Servers): void {
  if (servers.length > 0) prepareClaims().catch(() => {})
  lateWebRtc.prepare()
}

/** Who invited, by the link that led here. A server that it names and that is not known is asked about, and not contacted before (PROTOCOL 9). */
function readInvitation(own: { readonly network: string; readonly servers: Servers; readonly progress: Startup }): NodeId | undefined {
  const { network, servers, progress } = own
  const link = readLink(location.hash)
  if (link === null) return undefined
  if (link.network !== null && link.network !== network) {
    progress.notice(otherNetworkWords(link.network, network))
    return undefined
  }
  const unknown = unknownServers(link.servers, completeServers(servers))
  if (unknown.length > 0) progress.ask(serversQuestion(unknown), () => useServers(unknown, progress))
  return link.inviter ?? undefined
}

/** The page starts anew, with them. */
function useServers(servers: Servers, progress: Startup): void {
  if (agreeToServers(servers)) location.reload()
  else
    progress.notice(
      'This browser keeps nothing for this page, so the meeting server cannot be used. Allow storage, then follow the link again.',
    )
}

async function claim(network: string, config: Config, progress: Startup): Promise<TabIdentity> {
  progress.step('identity', { state: 'running' })
  const identity = await claimIdentity({
    network,
    puzzleBits: config.parameters.p,
    onProgress: (puzzle) => progress.step('puzzle', { state: 'running', ...puzzleWords(puzzle) }),
    onNotice: (notice) => progress.notice(notice),
  })
  progress.step('identity', { state: 'done', detail: `Node ${identity.nodeId}` })
  progress.step('puzzle', { state: 'done', detail: `${config.parameters.p} bits` })
  return identity
}

/** There is no last try: the bar shows the chance that it would have ended by now. */
function puzzleWords({ tries, expectedTries, triesPerSecond }: PuzzleProgress): { detail: string; progress: number } {
  const seconds = Math.max(1, Math.round(expectedTries / Math.max(1, triesPerSecond)))
  const detail = `${tries.toLocaleString('en')} tries; takes about ${seconds} s on average here`
  return { detail, progress: 1 - Math.exp(-tries / expectedTries) }
}

interface Parts {
  readonly peermart: PeerMart
  readonly config: Config
  readonly network: string
  readonly identity: TabIdentity
  readonly reach: Reach
  readonly invitedBy: NodeId | undefined
}

function run({ peermart, config, network, identity, reach, invitedBy }: Parts): void {
  const { connection, progress } = peermart
  const { credentials, nodeId } = identity
  const { linkBudget, parameters } = config
  const { servers, relayOnly } = reach
  const onProblem = (problem: string): void => progress.notice(problem)
  const signer = createSigner({ privateKey: identity.privateKey, network, puzzleBits: parameters.p, onProblem })
  const ticker = createTicker()
  const iceServers = reach.iceServers.map((server) => ({ ...server }))
  const onNamesake = (other: string): void => progress.notice(namesakeWords(other, network))
  const driver = new Driver({
    peer: new Peer({
      credentials,
      nodeId,
      network,
      parameters,
      linkBudget,
      seed: randomSeed(),
      nowMs: ticker.nowMs(),
      publishMs: PUBLISH_MS,
      invitedBy,
    }),
    network,
    world: {
      links: new WebLinks({ nodeId, credentials, network, signer, iceServers, relayOnly, random: randomHex, watch: connection.log }),
      rendezvous: createRendezvous({
        network,
        nodeId,
        servers,
        iceServers,
        relayOnly,
        random: new Rng(randomSeed()),
        onNamesake,
        onServer: (...change) => connection.log.server(...change),
      }),
      store: identity.database === null ? createMemoryStore('') : openStore(identity.database, onProblem),
      signer,
      ticker,
    },
    onView: (view) => show(peermart, view),
    onProblem,
  })
  progress.step('store', { state: 'running' })
  leaveWithThePage(driver, identity)
  driver.start()
  const keeper = new IdentityKeeper({ identity, network, puzzleBits: parameters.p, stop: () => driver.close() })
  peermart.begin({ driver, parameters, network, invitation: { network, inviter: nodeId, servers: config.rendezvous }, keeper })
}

function namesakeWords(other: string, own: string): string {
  const refused = `The other network of this name, ${other}, refuses this tab, which belongs to ${own}: their parameters differ.`
  return `${refused} If config.json was changed, reload the tabs that are still open; else check that it is the one the others use.`
}

function randomSeed(): [number, number, number, number] {
  return Array.from(crypto.getRandomValues(new Uint32Array(4))) as [number, number, number, number]
}

function randomHex(byteCount: number): string {
  return toHex(crypto.getRandomValues(new Uint8Array(byteCount)))
}

/** The first view comes once the store is read; then it is the ring's turn. */
function show(peermart: PeerMart, view: View): void {
  const { progress } = peermart
  progress.step('store', { state: 'done', detail: `${view.offers.length} own offers, ${view.receipts.length} receipts` })
  if (view.state === 'seeking') progress.step('rendezvous', { state: 'running', detail: view.notice })
  else progress.step('rendezvous', { state: 'done', detail: '' })
  if (view.state === 'joining') progress.step('ring', { state: 'running', detail: view.notice })
  if (view.state === 'joined') progress.step('ring', { state: 'done', detail: `${view.peers} other peers` })
  if (view.state === 'stopped') progress.fail(view.notice)
  peermart.show(view)
}

/** Says goodbye when the page goes (PROTOCOL 8), and stabilises at once when it is shown again or the network is back. */
function leaveWithThePage(driver: Driver, identity: TabIdentity): void {
  addEventListener('pagehide', () => {
    driver.close()
    identity.release()
  })
  // A page from the back/forward cache was closed: it starts anew, as itself.
  addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload()
  })
  const wake = (): void => driver.step({ type: 'wake' })
  addEventListener('online', wake)
  document.addEventListener('resume', wake)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') wake()
  })
}
