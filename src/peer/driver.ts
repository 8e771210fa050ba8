/**
 * Runs a Peer against a world: carries out its effects, and gives it what happens, decoded and verified.
 * The same driver serves a browser tab and the simulator; only the world differs (world.ts).
 *
 * Invariants
 * 1. Messages of one link reach the peer in the order they came, however long a signature takes to check.
 * 2. The peer sees no message with a signature that does not hold: the link it came over is cut.
 */
import type { Id, NodeId } from '../base/identity.ts'
import { longest, type Sizes } from '../base/sizes.ts'
import { tableRecordSignatures } from '../broker/records.ts'
import type { TableInspection } from '../broker/view.ts'
import type { Command } from '../trader/command.ts'
import { ownRecordSignatures } from '../trader/records.ts'
import { type Codec, createCodec, type Message } from '../wire/messages.ts'
import type { StoredRecord } from '../wire/records.ts'
import { STOPPED } from './commands.ts'
import type { Effect } from './effect.ts'
import type { PeerEvent } from './event.ts'
import type { Peer } from './peer.ts'
import type { View } from './view.ts'
import type { Links, Rendezvous, Signer, Store, Ticker } from './world.ts'

export interface World {
  readonly links: Links
  readonly rendezvous: Rendezvous
  readonly store: Store
  readonly signer: Signer
  readonly ticker: Ticker
}

export type Outcome = Extract<Effect, { type: 'result' }>['outcome']

export interface Statistics {
  readonly sent: number
  readonly received: number
  readonly sentBytes: number
  readonly receivedBytes: number
}

export interface DriverOptions {
  readonly peer: Pick<Peer, 'step' | 'nextMs' | 'view' | 'tables'>
  readonly network: string
  readonly world: World
  onView(view: View): void
  /** Something a person should know, about the disk. */
  onProblem(problem: string): void
}

/** Messages of one link that wait for a signature check; a link that is so far ahead is cut. */
export const MAX_WAITING = 4_096

interface Waiting {
  readonly message: Message
  verified: boolean
}

type EventBody = PeerEvent extends infer E ? (E extends PeerEvent ? Omit<E, 'nowMs'> : never) : never

export class Driver {
  readonly #options: DriverOptions
  readonly #codec: Codec
  readonly #commands = new Map<number, (outcome: Outcome) => void>()
  readonly #waiting = new Map<NodeId, Waiting[]>()
  /** Given before the store was read. */
  readonly #early: { readonly request: number; readonly command: Command }[] = []
  #nextCommand = 1
  #started = false
  #closed = false
  readonly #statistics = { sent: 0, received: 0, sentBytes: 0, receivedBytes: 0 }
  #encoded: { message: Message; bytes: Uint8Array } | null = null

  constructor(options: DriverOptions) {
    this.#options = options
    this.#codec = createCodec(options.network)
  }

  /** Loads the disk, checks what is on it, and starts the peer. */
  start(): void {
    const { links, rendezvous, store, ticker } = this.#options.world
    ticker.listen(() => this.step({ type: 'timer' }))
    links.listen({
      onSignal: (signal) => this.step({ type: 'signal', signal }),
      onLinkUp: (link) => this.step({ type: 'linkUp', ...link }),
      onLinkDown: (peer, reason) => this.#linkDown(peer, reason),
      onConnectFailed: (peer, reason) => this.step({ type: 'connectFailed', peer, reason }),
      onMessage: (from, bytes) => this.#receive(from, bytes),
    })
    rendezvous.listen({
      onChannel: (channel, initiator) => links.accept(channel, initiator),
      onSought: (result) => this.step({ type: 'sought', ...result }),
    })
    store.load((records, problem) => {
      if (problem !== '') this.#options.onProblem(problem)
      this.#verifyRecords(records, (sound) => {
        this.#started = true
        this.step({ type: 'start', records: sound })
        for (const { request, command } of this.#early.splice(0)) this.step({ type: 'command', request, command })
      })
    })
  }

  /** Has the peer do what a person wants, once it has started; `done` gets the one outcome. */
  command(command: Command, done: (outcome: Outcome) => void): void {
    if (this.#closed) return done({ ok: false, failure: STOPPED })
    const request = this.#nextCommand
    this.#nextCommand += 1
    this.#commands.set(request, done)
    if (this.#started) this.step({ type: 'command', request, command })
    else this.#early.push({ request, command })
  }

  /** The peer as it is now. */
  view(): View {
    return this.#options.peer.view()
  }

  /** The table that this peer keeps of the service; null when it keeps none. */
  table(serviceId: Id): TableInspection | null {
    return this.#options.peer.tables(serviceId)[0] ?? null
  }

  /** Messages over links since the start, and their bytes before framing. */
  statistics(): Statistics {
    return { ...this.#statistics }
  }

  /** See Sized. */
  sizes(): Sizes {
    return { commands: this.#commands.size, early: this.#early.length, unchecked: longest(this.#waiting.values()) }
  }

  /** Gives the peer an event of now, and carries out what it wants. Before the start and after the close nothing happens. */
  step(event: EventBody): void {
    if (!this.#started || this.#closed) return
    const { peer, world } = this.#options
    const effects = peer.step({ ...event, nowMs: world.ticker.nowMs() } as PeerEvent)
    for (const effect of effects) this.#carryOut(effect)
    world.ticker.set(peer.nextMs())
  }

  /** Says goodbye and closes the world. */
  close(): void {
    this.step({ type: 'stop' })
    this.#closed = true
    for (const done of this.#commands.values()) done({ ok: false, failure: STOPPED })
    this.#commands.clear()
    const { links, rendezvous, store, ticker } = this.#options.world
    for (const part of [rendezvous, links, ticker, store]) part.close()
  }

  #carryOut(effect: Effect): void {
    const { links, rendezvous, signer, store } = this.#options.world
    switch (effect.type) {
      case 'send':
        return this.#send(effect.to, this.#encode(effect.message))
      case 'connect':
        return links.connect(effect.peer, effect.purpose)
      case 'disconnect':
        this.#waiting.delete(effect.peer)
        return links.disconnect(effect.peer, effect.reason)
      case 'signal':
        return links.signal(effect.signal)
      case 'refuse':
        return links.refuse(effect.signal, effect.reason)
      case 'rendezvous':
        return rendezvous.setMode(effect.mode, effect.cached)
      case 'store':
        return store.commit(effect.writes, (ok, reason) => this.step({ type: 'stored', transaction: effect.transaction, ok, reason }))
      case 'sign':
        return signer.sign(effect.bytes, (signature) => this.step({ type: 'signed', request: effect.request, signature }))
      case 'publish':
        return this.#options.onView(effect.view)
      case 'result':
        this.#commands.get(effect.request)?.(effect.outcome)
        this.#commands.delete(effect.request)
    }
  }

  #send(to: NodeId, bytes: Uint8Array): void {
    if (!this.#options.world.links.send(to, bytes)) return
    this.#statistics.sent += 1
    this.#statistics.sentBytes += bytes.length
  }

  /** The same message to several peers is encoded once. */
  #encode(message: Message): Uint8Array {
    if (this.#encoded?.message !== message) this.#encoded = { message, bytes: this.#codec.encode(message) }
    return this.#encoded.bytes
  }

  #receive(from: NodeId, bytes: Uint8Array): void {
    this.#statistics.received += 1
    this.#statistics.receivedBytes += bytes.length
    const decoded = this.#codec.decode(bytes)
    if (!decoded.ok) return this.#cut(from, `bad message: ${decoded.reason}`)
    const parts = this.#codec.signatures(decoded.value)
    const queue = this.#waiting.get(from)
    if (parts.length === 0 && queue === undefined) return this.step({ type: 'message', from, message: decoded.value })
    const entry: Waiting = { message: decoded.value, verified: parts.length === 0 }
    const waiting = queue ?? []
    if (waiting.length >= MAX_WAITING) return this.#cut(from, 'too many unchecked messages')
    waiting.push(entry)
    this.#waiting.set(from, waiting)
    if (parts.length > 0) this.#options.world.signer.verify(parts, (valid) => this.#verified(from, entry, valid))
  }

  #verified(from: NodeId, entry: Waiting, valid: boolean): void {
    const queue = this.#waiting.get(from)
    if (queue === undefined || !queue.includes(entry)) return
    if (!valid) return this.#cut(from, 'a signature does not hold')
    entry.verified = true
    while (queue[0]?.verified === true && this.#waiting.get(from) === queue) {
      const { message } = queue.shift() as Waiting
      if (queue.length === 0) this.#waiting.delete(from)
      this.step({ type: 'message', from, message })
    }
  }

  #linkDown(peer: NodeId, reason: string): void {
    this.#waiting.delete(peer)
    this.step({ type: 'linkDown', peer, reason })
  }

  /** The peer at the other end broke the rules: no link, and the ring knows. */
  #cut(peer: NodeId, reason: string): void {
    this.#options.world.links.ban(peer, reason)
    this.#linkDown(peer, reason)
  }

  /** Stored offers and receipts are verified like received ones; a record that cannot be is left out. */
  #verifyRecords(records: readonly StoredRecord[], done: (sound: readonly StoredRecord[]) => void): void {
    const { network, world } = this.#options
    const sound = new Set<StoredRecord>()
    let waiting = 1
    const end = (): void => {
      waiting -= 1
      if (waiting === 0) done(records.filter((record) => sound.has(record)))
    }
    for (const record of records) {
      const parts = recordSignatures(network, record)
      // What cannot be decoded goes on to be counted as damaged there.
      if (parts === null || parts.length === 0) sound.add(record)
      else {
        waiting += 1
        world.signer.verify(parts, (valid) => {
          if (valid) sound.add(record)
          else this.#options.onProblem(`The stored record ${record.key} has a signature that does not hold; it was left out.`)
          end()
        })
      }
    }
    end()
  }
}

function recordSignatures(network: string, record: StoredRecord) {
  if (record.store === 'tables') return tableRecordSignatures(network, record)
  return record.store === 'peers' ? [] : ownRecordSignatures(network, record)
}
