import type { NodeId } from '../base/identity.ts'
import { longest, type Sizes } from '../base/sizes.ts'
import type { Opened } from '../ring/trades.ts'
import type { MarketMessage } from '../wire/messages.ts'
import type { TraderPort } from '../wire/port.ts'
import { IDLE_LINK_MS } from './durations.ts'

/** Links held or being opened at once. At the bound an idle one is given back; when none is idle, the new one counts as failed. */
export const MAX_LINKS = 256
/** Callbacks that wait for one link; beyond this the caller is told false at once. */
export const MAX_WAITING = 64

interface Held {
  open: boolean
  waiting: Opened[]
  /** Steady time of the last use. */
  usedMs: number
}

/**
 * The links that the trader holds.
 *
 * Invariants
 * 1. A link is asked of the port once, and each that opened is given back once: when it is lost, or when nothing wanted it for IDLE_LINK_MS.
 * 2. Every `open` ends exactly once, perhaps at once.
 */
export class Links {
  readonly #port: TraderPort
  readonly #wanted: (peer: NodeId) => boolean
  readonly #held = new Map<NodeId, Held>()
  #sweeping = false

  /** `wanted`: links that are kept though idle, as brokers send notices over them. */
  constructor(port: TraderPort, wanted: (peer: NodeId) => boolean) {
    this.#port = port
    this.#wanted = wanted
  }

  /** See Sized. */
  sizes(): Sizes {
    return { held: this.#held.size, waiting: longest([...this.#held.values()].map(({ waiting }) => waiting)) }
  }

  /** Opens a link, or keeps the one that is open. */
  open(peer: NodeId, done: Opened): void {
    if (peer === this.#port.nodeId) return done(true)
    const held = this.#held.get(peer)
    if (held === undefined) return this.#connect(peer, done)
    held.usedMs = this.#port.schedule.steadyMs
    if (held.open) return done(true)
    if (held.waiting.length >= MAX_WAITING) return done(false)
    held.waiting.push(done)
  }

  /** Sends over a link that is opened for it; `done` tells whether it left. */
  send(peer: NodeId, message: MarketMessage, done: (sent: boolean) => void = () => undefined): void {
    this.open(peer, (open) => done(open && this.#port.send(peer, message)))
  }

  isOpen(peer: NodeId): boolean {
    return peer === this.#port.nodeId || this.#held.get(peer)?.open === true
  }

  /** The link is gone, and the wish for it with it. True when it was held here: one that was given back may end. */
  lost(peer: NodeId): boolean {
    const held = this.#held.get(peer)
    if (held === undefined) return false
    // One that is still being opened is given back when the port says that it opened after all.
    if (held.open) this.#port.release(peer)
    this.#end(peer)
    return true
  }

  #connect(peer: NodeId, done: Opened): void {
    if (this.#held.size >= MAX_LINKS && !this.#releaseIdlest()) return done(false)
    const held: Held = { open: false, waiting: [done], usedMs: this.#port.schedule.steadyMs }
    this.#held.set(peer, held)
    this.#port.connect(peer, (open, isFull) => {
      if (this.#held.get(peer) !== held) {
        if (open) this.#port.release(peer)
        return
      }
      if (!open) return this.#end(peer, isFull)
      held.open = true
      const { waiting } = held
      held.waiting = []
      for (const callback of waiting) callback(true)
    })
    this.#sweepLater()
  }

  #end(peer: NodeId, isFull = false): void {
    const held = this.#held.get(peer)
    this.#held.delete(peer)
    for (const callback of held?.waiting ?? []) callback(false, isFull)
  }

  #isIdle(peer: NodeId, held: Held): boolean {
    return held.open && !this.#wanted(peer) && held.usedMs + IDLE_LINK_MS <= this.#port.schedule.steadyMs
  }

  #release(peer: NodeId): void {
    this.#held.delete(peer)
    this.#port.release(peer)
  }

  #releaseIdlest(): boolean {
    for (const [peer, held] of this.#held) {
      if (!held.open || this.#wanted(peer)) continue
      this.#release(peer)
      return true
    }
    return false
  }

  #sweepLater(): void {
    if (this.#sweeping) return
    this.#sweeping = true
    this.#port.schedule.after(IDLE_LINK_MS / 2, () => {
      this.#sweeping = false
      for (const [peer, held] of [...this.#held]) if (this.#isIdle(peer, held)) this.#release(peer)
      if (this.#held.size > 0) this.#sweepLater()
    })
  }
}
