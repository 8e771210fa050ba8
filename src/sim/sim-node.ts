/** One simulated tab: the Peer and Driver of a real one, over the twins of the adapters. Its identity, machine and disk outlive a reload. */
import { type Credentials, type Id, type NodeId, nodeIdOf } from '../base/identity.ts'
import type { Rng } from '../base/rng.ts'
import { type Sizes, sizesOf } from '../base/sizes.ts'
import { Driver, type Outcome } from '../peer/driver.ts'
import type { Effect } from '../peer/effect.ts'
import type { PeerEvent } from '../peer/event.ts'
import { Peer } from '../peer/peer.ts'
import type { Command } from '../trader/command.ts'
import type { Parameters } from '../wire/parameters.ts'
import type { EventLoop } from './event-loop.ts'
import { Gate, gated } from './gate.ts'
import type { Behaviour, Means, Observer } from './observer.ts'
import type { SimAttempt } from './sim-attempts.ts'
import { SimLinks } from './sim-links.ts'
import type { SimNetwork } from './sim-network.ts'
import { SimRendezvous, type SimServer } from './sim-rendezvous.ts'
import { type Authority, type CheckedParts, SimSigner } from './sim-signer.ts'
import { SimDisk, SimStore } from './sim-store.ts'
import { SimClock, SimTicker } from './sim-ticker.ts'
import type { Trace } from './trace.ts'

/** What all tabs of a world share. */
export interface Surroundings {
  readonly loop: EventLoop
  readonly rng: Rng
  readonly parameters: Parameters
  /** See networkId(). */
  readonly networkId: string
  readonly linkBudget: number
  readonly authority: Authority
  readonly checked: CheckedParts
  readonly network: SimNetwork<SimAttempt>
  readonly server: SimServer
  readonly trace: Trace
  readonly observers: readonly Observer[]
  /** See PeerOptions.watch. */
  readonly watch: boolean
}

interface Running {
  readonly peer: Peer
  readonly driver: Driver
  readonly gate: Gate
  readonly links: SimLinks
  /** What can lose power. */
  readonly parts: { vanish(): void }[]
  /** Closed with the tab, beside the driver's own. */
  readonly more: SimRendezvous[]
}

/** What a person is told; more than this is not kept. */
const MAX_PROBLEMS = 100

export class SimNode {
  readonly nodeId: NodeId
  /** Place in the world's list of nodes. */
  readonly index: number
  readonly clock: SimClock
  readonly problems: string[] = []
  disk = new SimDisk()
  /** How it misbehaves; null: as the protocol says. May be set while it runs. */
  behaviour: Behaviour | null = null
  readonly #world: Surroundings
  readonly #credentials: Credentials
  #running: Running | null = null

  constructor(options: { world: Surroundings; index: number; credentials: Credentials; clockOffsetMs: number }) {
    this.#world = options.world
    this.#credentials = options.credentials
    this.index = options.index
    this.clock = new SimClock(options.world.loop, options.clockOffsetMs)
    this.nodeId = nodeIdOf(options.world.networkId, options.credentials)
  }

  get peer(): Peer {
    if (this.#running === null) throw new RangeError('this node does not run')
    return this.#running.peer
  }

  get running(): boolean {
    return this.#running !== null
  }

  /** What its peer and its driver hold; see Sized. */
  sizes(): Sizes {
    return this.#running === null ? {} : { ...this.#running.peer.sizes(), ...sizesOf({ driver: this.#running.driver }) }
  }

  get asleep(): boolean {
    return this.#running?.gate.isClosed ?? false
  }

  /** What a misbehaviour of this peer may use. */
  means(isFellow: (peer: NodeId) => boolean): Means {
    const { authority, networkId, parameters, rng } = this.#world
    const { nodeId } = this
    const credentials = this.#credentials
    const sign = (bytes: Uint8Array): string => authority.sign(credentials.publicKey, bytes)
    return { nodeId, credentials, network: networkId, parameters, rng, sign, isFellow }
  }

  /** Opens the tab. `server`: the rendezvous it uses. */
  start(server: SimServer = this.#world.server): void {
    const { authority, checked, loop, network, networkId, parameters } = this.#world
    const credentials = this.#credentials
    const { nodeId, clock } = this
    const gate = new Gate()
    const rendezvous = new SimRendezvous(server, nodeId)
    const onProblem = (problem: string): void => {
      if (this.problems.length < MAX_PROBLEMS) this.problems.push(problem)
    }
    const store = new SimStore({ loop, disk: this.disk, onProblem })
    const signer = new SimSigner({ loop, authority, checked, credentials, network: networkId, puzzleBits: parameters.p })
    const sign = (bytes: Uint8Array): string => authority.sign(credentials.publicKey, bytes)
    const links = new SimLinks({ network, networkId, nodeId, credentials, sign, holds: (part) => signer.holds(part) })
    const peer = this.#createPeer()
    const { nextMs, view, tables } = { nextMs: () => peer.nextMs(), view: () => peer.view(), tables: (only?: Id) => peer.tables(only) }
    const driver = new Driver({
      peer: { step: (event) => this.#step(peer, event), nextMs, view, tables },
      network: networkId,
      world: gated({ links, rendezvous, store, signer, ticker: new SimTicker(loop, clock) }, gate),
      onView: () => {},
      onProblem,
    })
    this.#running = { peer, driver, gate, links, parts: [links, rendezvous, store], more: [] }
    this.#tell('start')
    driver.start()
  }

  /** Lets newcomers in at another server too, if that has a well-known id free: a large network has more ways in than one server's few. */
  serveAt(server: SimServer): void {
    const running = this.#running
    if (running === null) throw new RangeError('this node does not run')
    const { gate, links, more, parts } = running
    const rendezvous = new SimRendezvous(server, this.nodeId)
    rendezvous.listen({ onChannel: (channel, initiator) => gate.pass(() => links.accept(channel, initiator)), onSought: () => {} })
    rendezvous.setMode('serve', [])
    parts.push(rendezvous)
    more.push(rendezvous)
  }

  /** Closes the tab with a goodbye. */
  stop(): void {
    this.#end('stop')
  }

  /** The machine dies: no goodbye, links stay half open, what was not committed is lost. */
  crash(): void {
    for (const part of this.#running?.parts ?? []) part.vanish()
    this.#end('crash')
  }

  /** The machine sleeps: nothing happens to the peer until {@link wake}. */
  sleep(): void {
    this.#running?.gate.close()
  }

  /** All that came meanwhile comes now. The page is told, as browsers do. */
  wake(): void {
    if (!this.asleep) return
    this.#running?.driver.step({ type: 'wake' })
    this.#running?.gate.open()
  }

  /** Runs a command; the outcome comes in virtual time. */
  command(command: Command, done: (outcome: Outcome) => void): void {
    if (this.#running === null) throw new RangeError('this node does not run')
    this.#running.driver.command(command, done)
  }

  #createPeer(): Peer {
    const { linkBudget, networkId, parameters, rng, watch } = this.#world
    return new Peer({
      credentials: this.#credentials,
      nodeId: this.nodeId,
      network: networkId,
      parameters,
      linkBudget,
      seed: [rng.uint32(), rng.uint32(), rng.uint32(), rng.uint32()],
      nowMs: this.clock.nowMs(),
      publishMs: Number.POSITIVE_INFINITY,
      watch,
    })
  }

  #step(peer: Peer, event: PeerEvent): Effect[] {
    const { behaviour } = this
    const { loop, observers, trace } = this.#world
    trace.number(loop.nowMs)
    trace.number(this.index)
    trace.text(event.type === 'message' ? event.from : event.type)
    const seen = behaviour?.receive === undefined ? event : behaviour.receive(event)
    const wanted = seen === null ? [] : peer.step(seen)
    const effects = behaviour === null ? wanted : [...behaviour.act(wanted, event)]
    trace.number(effects.length)
    for (const observer of observers) observer.stepped(this, event, effects)
    return effects
  }

  #end(how: 'stop' | 'crash'): void {
    const running = this.#running
    if (running === null) return
    this.#running = null
    if (how === 'crash') running.gate.end()
    else running.gate.open()
    running.driver.close()
    for (const rendezvous of running.more) rendezvous.close()
    this.#tell(how)
  }

  #tell(change: 'start' | 'stop' | 'crash'): void {
    for (const observer of this.#world.observers) observer.lived?.(this, change)
  }
}
