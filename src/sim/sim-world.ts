/** A world of simulated peers: the Peer and Driver of a tab, over the twins of the adapters, on virtual time. */
import { sha256, toHex, utf8 } from '../base/bytes.ts'
import { type Credentials, type NodeId, nodeIdOf, puzzleBits } from '../base/identity.ts'
import { Rng } from '../base/rng.ts'
import { Driver, type Outcome } from '../peer/driver.ts'
import { Peer } from '../peer/peer.ts'
import type { Command } from '../trader/command.ts'
import { networkId, type Parameters } from '../wire/parameters.ts'
import { EventLoop } from './event-loop.ts'
import { SimLinks, SimNetwork } from './sim-links.ts'
import { SimRendezvous, SimServer } from './sim-rendezvous.ts'
import { SignatureAuthority, SimSigner } from './sim-signer.ts'
import { SimDisk, SimStore } from './sim-store.ts'
import { SimTicker } from './sim-ticker.ts'

export interface SimWorldOptions {
  readonly seed: number
  readonly parameters: Parameters
  readonly linkBudget?: number
}

interface Running {
  readonly peer: Peer
  readonly driver: Driver
  /** What can lose power. */
  readonly parts: readonly { vanish(): void }[]
}

/** One simulated tab. Its identity and disk outlive a reload. */
export class SimNode {
  readonly nodeId: NodeId
  readonly disk = new SimDisk()
  readonly problems: string[] = []
  readonly #world: SimWorld
  readonly #credentials: Credentials
  readonly #clockOffsetMs: number
  #running: Running | null = null

  constructor(options: { world: SimWorld; credentials: Credentials; clockOffsetMs: number }) {
    this.#world = options.world
    this.#credentials = options.credentials
    this.#clockOffsetMs = options.clockOffsetMs
    this.nodeId = nodeIdOf(options.world.networkId, options.credentials)
  }

  get peer(): Peer {
    if (this.#running === null) throw new RangeError('this node does not run')
    return this.#running.peer
  }

  get running(): boolean {
    return this.#running !== null
  }

  /** Opens the tab. `server`: the rendezvous it uses. */
  start(server: SimServer = this.#world.server): void {
    const { authority, linkBudget, loop, network, networkId: id, parameters } = this.#world
    const credentials = this.#credentials
    const { nodeId } = this
    const ticker = new SimTicker(loop, this.#clockOffsetMs)
    const seed = [this.#world.rng.uint32(), this.#world.rng.uint32(), this.#world.rng.uint32(), this.#world.rng.uint32()] as const
    const peer = new Peer({
      credentials,
      nodeId,
      network: id,
      parameters,
      linkBudget,
      seed,
      nowMs: ticker.nowMs(),
      publishMs: Number.POSITIVE_INFINITY,
    })
    const sign = (bytes: Uint8Array): string => authority.sign(credentials.publicKey, bytes)
    const links = new SimLinks({ network, networkId: id, nodeId, credentials, sign })
    const rendezvous = new SimRendezvous(server, nodeId)
    const onProblem = (problem: string): void => void this.problems.push(problem)
    const store = new SimStore({ loop, disk: this.disk, onProblem })
    const driver = new Driver({
      peer,
      network: id,
      world: {
        links,
        rendezvous,
        store,
        signer: new SimSigner({ loop, authority, credentials, network: id, puzzleBits: parameters.p }),
        ticker,
      },
      onView: () => {},
      onProblem,
    })
    this.#running = { peer, driver, parts: [links, rendezvous, store] }
    driver.start()
  }

  /** Closes the tab with a goodbye. */
  stop(): void {
    this.#running?.driver.close()
    this.#running = null
  }

  /** The machine dies: no goodbye, links stay half open, what was not committed is lost. */
  crash(): void {
    for (const part of this.#running?.parts ?? []) part.vanish()
    this.#running?.driver.close()
    this.#running = null
  }

  /** Runs a command; the outcome comes in virtual time. */
  command(command: Command, done: (outcome: Outcome) => void): void {
    if (this.#running === null) throw new RangeError('this node does not run')
    this.#running.driver.command(command, done)
  }
}

export class SimWorld {
  readonly loop = new EventLoop(1_700_000_000_000)
  readonly rng: Rng
  readonly parameters: Parameters
  readonly networkId: string
  readonly linkBudget: number
  readonly authority: SignatureAuthority
  readonly network: SimNetwork
  readonly server: SimServer
  readonly nodes: SimNode[] = []

  constructor(options: SimWorldOptions) {
    this.rng = new Rng([options.seed, 1, 2, 3])
    this.parameters = options.parameters
    this.networkId = networkId(options.parameters)
    this.linkBudget = options.linkBudget ?? 2 * (options.parameters.n - 1) + 10
    this.authority = new SignatureAuthority(String(options.seed))
    this.network = new SimNetwork(this.loop, this.rng)
    this.server = new SimServer(this.loop, this.rng)
  }

  /** A new peer with its puzzle solved; it runs after `start`. */
  addNode(clockOffsetMs = 0): SimNode {
    const publicKey = toHex(sha256(utf8(`key ${this.nodes.length} ${this.rng.hex(8)}`)))
    let nonce = 0
    while (puzzleBits(this.networkId, { publicKey, nonce }) < this.parameters.p) nonce += 1
    const node = new SimNode({ world: this, credentials: { publicKey, nonce }, clockOffsetMs })
    this.nodes.push(node)
    return node
  }

  /** Lets virtual time pass. */
  run(durationMs: number): void {
    const untilMs = this.loop.nowMs + durationMs
    while (this.loop.runNext(untilMs));
  }

  /** Runs until `condition` holds, looking every 10 ms of virtual time; false when it did not within `mostMs`. */
  runUntil(condition: () => boolean, mostMs: number): boolean {
    const untilMs = this.loop.nowMs + mostMs
    while (!condition()) {
      if (this.loop.nowMs >= untilMs) return false
      this.run(10)
    }
    return true
  }

  /** Runs a command to its end. Throws RangeError when it does not end within a virtual minute. */
  ask(node: SimNode, command: Command): Outcome {
    let outcome: Outcome | null = null
    node.command(command, (result) => {
      outcome = result
    })
    if (!this.runUntil(() => outcome !== null, 60_000)) throw new RangeError(`the command ${command.type} did not end`)
    return outcome as unknown as Outcome
  }
}
