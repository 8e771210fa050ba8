/** Direct links that the market wishes for: counted, bounded, kept open while somebody wishes them. */
import type { NodeId } from '../base/identity.ts'
import { longest, type Sizes } from '../base/sizes.ts'
import type { Context } from './context.ts'

/** Peers wished for at once, linked or not. */
export const MAX_WISHES = 128
/** Who waits for one link to open. */
export const MAX_WAITING = 64

/** `isFull`: it was not opened for want of room, here or there, so it is worth asking again. */
export type Opened = (open: boolean, isFull?: boolean) => void

export class Trades {
  readonly #context: Context
  readonly #isOpen: (peer: NodeId) => boolean
  readonly #wishes = new Map<NodeId, { count: number; waiting: Opened[] }>()

  constructor(context: Context, isOpen: (peer: NodeId) => boolean) {
    this.#context = context
    this.#isOpen = isOpen
  }

  /** See Sized. */
  sizes(): Sizes {
    return { wishes: this.#wishes.size, waiting: longest([...this.#wishes.values()].map(({ waiting }) => waiting)) }
  }

  /** `done` is called once, later: true, and the wish holds until it is released; false, and there is no wish. */
  ensure(peer: NodeId, done: Opened): void {
    const wish = this.#wishes.get(peer) ?? { count: 0, waiting: [] }
    const isFull = this.#wishes.size >= MAX_WISHES && !this.#wishes.has(peer)
    if (peer === this.#context.nodeId || isFull || wish.waiting.length >= MAX_WAITING) {
      this.#answer(done, false)
      return
    }
    wish.count += 1
    this.#wishes.set(peer, wish)
    if (this.#isOpen(peer)) this.#answer(done, true)
    else wish.waiting.push(done)
    this.#context.touch()
  }

  release(peer: NodeId): void {
    const wish = this.#wishes.get(peer)
    if (wish === undefined || wish.count <= wish.waiting.length) return
    wish.count -= 1
    if (wish.count === 0) this.#wishes.delete(peer)
    this.#context.touch()
  }

  holds(peer: NodeId): boolean {
    return this.#wishes.has(peer)
  }

  /** Wished for and not open, sorted. */
  missing(): NodeId[] {
    return [...this.#wishes.keys()].filter((peer) => !this.#isOpen(peer)).sort()
  }

  onOpen(peer: NodeId): void {
    for (const done of this.#wishes.get(peer)?.waiting.splice(0) ?? []) this.#answer(done, true)
  }

  /** It could not be opened: who waits is told. Older wishes stay, and are tried again. */
  onFailed(peer: NodeId, isFull = false): void {
    const wish = this.#wishes.get(peer)
    if (wish === undefined) return
    const waiting = wish.waiting.splice(0)
    wish.count -= waiting.length
    if (wish.count === 0) this.#wishes.delete(peer)
    for (const done of waiting) this.#answer((open) => done(open, isFull), false)
  }

  stop(): void {
    for (const { waiting } of this.#wishes.values()) for (const done of waiting.splice(0)) done(false)
    this.#wishes.clear()
  }

  #answer(done: Opened, open: boolean): void {
    this.#context.after(0, () => done(open))
  }
}
