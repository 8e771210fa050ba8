/**
 * The open links, each with what it is for on either side.
 * A link is a promise of life: only the far ends of direct links are called alive at first hand.
 */
import type { NodeId } from '../base/identity.ts'
import type { Timer } from '../base/schedule.ts'
import type { Sizes } from '../base/sizes.ts'
import type { LinkPurpose } from './messages.ts'
import { RoundTrip } from './round-trip.ts'

/** direct: WebRTC between the two. rendezvous: through a third, for joining and merging only; its far end is not yet a member. */
export type LinkTransport = 'direct' | 'rendezvous'

/** A link as it comes up. */
export interface LinkUp {
  readonly peer: NodeId
  readonly transport: LinkTransport
  readonly purpose: LinkPurpose
  readonly initiator: boolean
}

/** A ping without its pong. */
export interface OpenPing {
  readonly id: number
  readonly sentMs: number
  /** When the first of this series was sent. */
  readonly firstMs: number
  /** Pings of this series so far, 1 or more. */
  readonly tries: number
  /** How long this one is waited for. */
  readonly waitMs: number
  readonly timer: Timer
}

export interface Link {
  readonly peer: NodeId
  readonly transport: LinkTransport
  /** When it was said to be up last: a contact through the rendezvous says so again of a link that is open all the while. */
  readonly upMs: number
  /** When it opened. */
  readonly sinceMs: number
  readonly roundTrip: RoundTrip
  /** Their raw clock less ours, of the newest pings, with the round trips in which it was measured. */
  readonly clocks: { readonly offsetMs: number; readonly roundTripMs: number }[]
  /** What this side needs the link for, as the other side was told. */
  readonly told: Set<LinkPurpose>
  /** What the other side says it needs the link for. */
  readonly theirs: Set<LinkPurpose>
  /** Since when neither side needs it; null while one does. */
  idleSinceMs: number | null
  /** When anything came over it last. */
  heardMs: number
  /** When the market last sent or got anything over it, or it opened. */
  usedMs: number
  /** When round trip and clock were measured last; 0: never. */
  measuredMs: number
  ping: OpenPing | null
}

export class LinkTable {
  readonly #links = new Map<NodeId, Link>()
  readonly #slotMs: number
  /** What `all` and `direct` give; null after the links changed. */
  #all: readonly Link[] | null = null
  #direct: readonly NodeId[] | null = null

  constructor(slotMs: number) {
    this.#slotMs = slotMs
  }

  get(peer: NodeId): Link | undefined {
    return this.#links.get(peer)
  }

  isDirect(peer: NodeId): boolean {
    return this.#links.get(peer)?.transport === 'direct'
  }

  /** All links, by peer: the same array while none opens or closes. */
  all(): readonly Link[] {
    this.#all ??= [...this.#links.values()].sort((left, right) => (left.peer < right.peer ? -1 : 1))
    return this.#all
  }

  /** Far ends of direct links, sorted. */
  direct(): readonly NodeId[] {
    this.#direct ??= this.all().flatMap((link) => (link.transport === 'direct' ? [link.peer] : []))
    return this.#direct
  }

  /** Far ends of links through the rendezvous, sorted. */
  guests(): NodeId[] {
    return this.all().flatMap((link) => (link.transport === 'rendezvous' ? [link.peer] : []))
  }

  /** See Sized. */
  sizes(): Sizes {
    return { direct: this.direct().length, guests: this.guests().length }
  }

  /** A new link, or a new transport for an old one: what was known of the old one is forgotten, as its far end may have started anew. */
  open({ peer, transport, purpose }: LinkUp, nowMs: number): Link {
    const old = this.#links.get(peer)
    this.close(peer)
    const link: Link = {
      peer,
      transport,
      upMs: nowMs,
      sinceMs: old?.transport === transport ? old.sinceMs : nowMs,
      roundTrip: new RoundTrip(this.#slotMs),
      clocks: [],
      told: new Set([purpose]),
      theirs: new Set([purpose]),
      idleSinceMs: null,
      heardMs: nowMs,
      usedMs: nowMs,
      measuredMs: 0,
      ping: null,
    }
    this.#links.set(peer, link)
    this.#changed()
    return link
  }

  /** The market uses the link. */
  use(peer: NodeId, nowMs: number): void {
    const link = this.#links.get(peer)
    if (link !== undefined) link.usedMs = nowMs
  }

  /** Forgets the link; true when there was one. */
  close(peer: NodeId): boolean {
    this.#links.get(peer)?.ping?.timer.cancel()
    this.#changed()
    return this.#links.delete(peer)
  }

  #changed(): void {
    this.#all = null
    this.#direct = null
  }
}
