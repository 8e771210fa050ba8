/** A world of simulated peers on virtual time. One seed decides everything in it. */
import { type Credentials, puzzleBits } from '../base/identity.ts'
import type { Rng } from '../base/rng.ts'
import type { Outcome } from '../peer/driver.ts'
import type { Command } from '../trader/command.ts'
import { networkId, type Parameters } from '../wire/parameters.ts'
import { EventLoop } from './event-loop.ts'
import type { Observer } from './observer.ts'
import { RealAuthority } from './real-authority.ts'
import { seededRng } from './seeded-rng.ts'
import type { SimAttempt } from './sim-attempts.ts'
import { SimNetwork } from './sim-network.ts'
import { SimNode, type Surroundings } from './sim-node.ts'
import { SimServer } from './sim-rendezvous.ts'
import { type Authority, CheckedParts, SignatureAuthority } from './sim-signer.ts'
import { Trace } from './trace.ts'

/** True time when a world begins, in ms since 1970. */
export const START_MS = 1_700_000_000_000

export interface SimWorldOptions {
  readonly seed: number
  readonly parameters: Parameters
  /** Direct links a peer; by default the protocol's, 2(n − 1) + 10. */
  readonly linkBudget?: number
  /** Ed25519 itself instead of its cheap twin. */
  readonly realCrypto?: boolean
  /** See PeerOptions.watch; true by default. */
  readonly watch?: boolean
}

export class SimWorld implements Surroundings {
  readonly loop = new EventLoop(START_MS)
  readonly rng: Rng
  readonly parameters: Parameters
  readonly networkId: string
  readonly linkBudget: number
  readonly authority: Authority
  readonly checked: CheckedParts
  readonly network: SimNetwork<SimAttempt>
  readonly server: SimServer
  readonly trace = new Trace()
  readonly observers: Observer[] = []
  readonly watch: boolean
  readonly nodes: SimNode[] = []

  constructor(options: SimWorldOptions) {
    const { parameters, seed } = options
    this.rng = seededRng(seed, 'world')
    this.parameters = parameters
    this.networkId = networkId(parameters)
    this.linkBudget = options.linkBudget ?? 2 * (parameters.n - 1) + 10
    this.watch = options.watch ?? true
    this.authority = options.realCrypto === true ? new RealAuthority(String(seed)) : new SignatureAuthority(String(seed))
    this.checked = new CheckedParts(this.authority)
    this.network = new SimNetwork(this.loop, this.rng, this.trace)
    this.server = new SimServer(this.loop, this.rng)
    this.server.carries = (from, to) => this.network.isCarried(from, to)
  }

  /** A new peer with its puzzle solved; it runs after `start`. */
  addNode(clockOffsetMs = 0): SimNode {
    const index = this.nodes.length
    const node = new SimNode({ world: this, index, credentials: this.#credentials(index), clockOffsetMs })
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

  #credentials(index: number): Credentials {
    const publicKey = this.authority.createKey(`${index} ${this.rng.hex(8)}`)
    let nonce = 0
    while (puzzleBits(this.networkId, { publicKey, nonce }) < this.parameters.p) nonce += 1
    return { publicKey, nonce }
  }
}
