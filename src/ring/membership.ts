/**
 * Getting into the ring, staying in it, and finding other rings (PROTOCOL 8 and 9).
 *
 * A guest link, through the rendezvous, is asked for our own id: that one question serves the joiner, which learns its neighbours and their
 * whole lists (Zave's join), and either side of two rings that meet, which learn of closer peers than their lists hold.
 */
import { isSame, type NodeId } from '../base/identity.ts'
import type { Timer } from '../base/schedule.ts'
import type { Sizes } from '../base/sizes.ts'
import type { Context } from './context.ts'
import type { Dialer } from './dialer.ts'
import type { LinkTable } from './links.ts'
import type { Neighbours } from './neighbours.ts'
import type { Outcome, Requests } from './requests.ts'

export type RingState = 'seeking' | 'joining' | 'joined' | 'stopped'

/** Peers remembered as ways back in. */
export const MAX_CACHED = 32
/** Between two seeks; it doubles up to the longest. */
const FIRST_SEEK_MS = 4_000
const MAX_SEEK_MS = 60_000
/** Turned away, a seeker waits up to so many fast periods, one more each time. */
const MOST_KNOCKS = 4
/** A join that has not linked anybody after so many slots starts over; one that has some is then good enough. */
const JOIN_SLOTS = 10
/** Refusals by everyone we know, as they are in no ring either, before the lowest of them is a ring of one. */
const ENOUGH_REFUSALS = 2
/** One that was in no ring when we were not is asked this often, so that two who begin or join different rings at once do not stay apart. */
const MOST_REFUSALS = 10
/** So long a peer lets lower ones begin the ring. */
const SEEK_PATIENCE_MS = 10_000
/** A small ring looks for others so often, a larger one less. */
const SMALL_RING = 3
const SMALL_PROBE_MS = 10_000
export const LARGE_PROBE_MS = 45_000
/** Of these pauses. */
const PROBE_SPREAD = { least: 0.7, most: 1.3 }
/**
 * Who lost half of its links may have been cut off with a part of the ring: so many times it looks as often as a small ring.
 * That is for cuts of up to half a minute; after a longer one the parts find each other by the next probe of any of their members.
 */
const HURRIED_PROBES = 3
/** Looks at our own place from elsewhere in the ring, in slow periods. */
const LOOK_PERIODS = 8
const REMEMBER_MS = 10_000

interface Guide {
  /** While this peer was in no ring either; from then on until the guide answers. */
  refusals: number
  finished: boolean
  /** Until it is asked again. */
  pause: Timer | null
}

interface Parts {
  readonly links: LinkTable
  readonly neighbours: Neighbours
  readonly dialer: Dialer
  readonly requests: Requests
}

export class Membership {
  readonly #context: Context
  readonly #parts: Parts
  /** Guests that we ask for our own id. As many as there are guests. */
  readonly #guides = new Map<NodeId, Guide>()
  #state: RingState = 'seeking'
  #notice = ''
  #cached: readonly NodeId[] = []
  #hadOthers = false
  #stateSinceMs: number
  #seekMs = FIRST_SEEK_MS
  #seekTimer: Timer | null = null
  /** How often this seeker was turned away in a row. */
  #knocks = 0
  #rememberedMs = 0
  #probe: Timer | null = null
  #probeDueMs = 0
  #hurriedProbes = 0
  /**
   * The most direct links since the last probe that was not hurried, or since half of them were lost. Those that either side closed are
   * taken off: a trader opens and closes many, and only links that broke speak of a cut.
   */
  #mostLinks = 0

  constructor(context: Context, parts: Parts) {
    this.#context = context
    this.#parts = parts
    this.#stateSinceMs = context.nowMs()
  }

  get state(): RingState {
    return this.#state
  }

  /** What hinders or happens, for a person. */
  get notice(): string {
    return this.#notice
  }

  /** See Sized. */
  sizes(): Sizes {
    return { guides: this.#guides.size, cached: this.#cached.length }
  }

  start(cached: readonly NodeId[]): void {
    this.#cached = cached.filter((id) => id !== this.#context.nodeId).slice(0, MAX_CACHED)
    this.#seek('looking for a way into the ring')
    this.#armProbe()
    this.#armLook()
  }

  stop(): void {
    this.#enter('stopped', 'left the ring')
    this.#guides.clear()
  }

  /** Whether this peer may answer for the ring. */
  isMember(): boolean {
    return this.#state === 'joined' || (this.#state === 'joining' && this.#parts.links.direct().length > 0)
  }

  /** A way through the rendezvous opened, by either side's wish. */
  onGuest(peer: NodeId): void {
    const guide: Guide = { refusals: 0, finished: false, pause: null }
    this.#guides.set(peer, guide)
    this.#ask(peer, guide)
  }

  /** The guest link is gone. A seeker without another was turned away, and knocks again soon: a full house has room in a moment. */
  onGuestDown(peer: NodeId): void {
    if (!this.#guides.delete(peer) || this.#state !== 'seeking' || this.#guides.size > 0) return
    this.#knocks = Math.min(this.#knocks + 1, MOST_KNOCKS)
    this.#armSeek(this.#knocks * this.#context.limits.fastMs * (0.25 + 0.5 * this.#context.port.rng.float()))
  }

  /** Either side is about to close this link: it did not break. */
  onClosing(peer: NodeId): void {
    if (this.#parts.links.isDirect(peer)) this.#mostLinks -= 1
  }

  /** Whether the guest link is still needed here. */
  needsGuest(peer: NodeId): boolean {
    const guide = this.#guides.get(peer)
    if (this.#parts.dialer.isTrying(peer)) return true
    if (guide === undefined) return false
    if (!guide.finished || this.#state !== 'joined') return true
    return [...this.#parts.dialer.entries()].some(
      ([other]) => this.#parts.dialer.isOwn(other) && this.#parts.neighbours.via(other).includes(peer),
    )
  }

  onSought({ contacts, reason }: { readonly contacts: number; readonly reason: string }): void {
    if (this.#state !== 'seeking' || this.#parts.links.direct().length > 0 || this.#guides.size > 0) return
    if (contacts === 0) this.#join(reason === '' ? 'nobody else found yet' : reason)
  }

  /** Draws the consequences of what changed. Called after every event that changed something, and once a fast period. */
  check(): void {
    const others = this.#parts.links.direct().length
    if (this.#state === 'stopped') return
    if (others > 0) this.#remember()
    this.#hurryProbe(others)
    if (this.#state === 'joined') {
      if (others > 0) this.#metOthers()
      else if (this.#hadOthers) this.#rejoin()
      return
    }
    const sinceMs = this.#context.nowMs() - this.#stateSinceMs
    const isLate = sinceMs > JOIN_SLOTS * this.#context.limits.slotMs
    if (others > 0) {
      if (this.#state === 'seeking') this.#enter('joining', 'linking to neighbours')
      const isTried = (peer: NodeId): boolean => this.#parts.dialer.isDoubtful(peer)
      if (isLate || !this.#parts.neighbours.expectsNearer(isTried)) this.#join('')
    } else if (this.#state === 'joining' && isLate) {
      this.#startOver()
    }
  }

  /** What was said of being alone is no longer so. */
  #metOthers(): void {
    this.#hadOthers = true
    if (this.#notice === '') return
    this.#notice = ''
    this.#context.touch()
  }

  /** Looks at our own place from a random peer: closer ones that it finds become candidates. */
  look(): void {
    const [peer] = this.#context.port.rng.sample(this.#parts.links.direct(), 1)
    if (peer === undefined || this.#state === 'stopped') return
    this.#parts.requests.ask({ target: this.#context.nodeId, body: { type: 'find' }, via: peer }, (outcome) => this.#suggest(outcome, peer))
  }

  #enter(state: RingState, notice: string): void {
    this.#notice = notice
    if (state === this.#state) return
    this.#state = state
    this.#stateSinceMs = this.#context.nowMs()
    this.#context.touch()
  }

  #seek(notice: string): void {
    this.#enter('seeking', notice)
    this.#context.port.rendezvous('seek', this.#cached)
    this.#armSeek(this.#seekMs)
    this.#seekMs = Math.min(MAX_SEEK_MS, this.#seekMs * 2)
  }

  #armSeek(delayMs: number): void {
    this.#seekTimer?.cancel()
    this.#seekTimer = this.#context.after(delayMs, () => {
      if (this.#state !== 'seeking') return
      if (this.#guides.size === 0) this.#seek(this.#notice)
      else this.#armSeek(this.#seekMs)
    })
  }

  #join(notice: string): void {
    this.#enter('joined', notice)
    this.#seekMs = FIRST_SEEK_MS
    this.#knocks = 0
    for (const guide of this.#guides.values()) guide.refusals = Math.min(guide.refusals, ENOUGH_REFUSALS)
    this.#hadOthers = this.#parts.links.direct().length > 0
    this.#context.port.rendezvous('serve', [])
  }

  #rejoin(): void {
    this.#hadOthers = false
    this.#seek('lost every peer; looking for a way back')
    for (const [peer, guide] of this.#guides) this.#ask(peer, guide)
  }

  #startOver(): void {
    this.#stateSinceMs = this.#context.nowMs()
    if (this.#guides.size === 0) this.#seek('joining failed; looking for another way')
    else for (const [peer, guide] of this.#guides) this.#ask(peer, guide)
  }

  #ask(peer: NodeId, guide: Guide): void {
    guide.finished = false
    guide.pause?.cancel()
    this.#parts.requests.ask({ target: this.#context.nodeId, body: { type: 'find' }, via: peer }, (outcome) => {
      if (this.#guides.get(peer) !== guide) return
      guide.finished = true
      if (this.#suggest(outcome, peer)) {
        if (this.#state === 'seeking') this.#enter('joining', 'linking to neighbours')
      } else if (this.#state !== 'joined' || (guide.refusals > 0 && guide.refusals < MOST_REFUSALS)) this.#onRefusal(peer, guide)
    })
  }

  #suggest(outcome: Outcome, via: NodeId): boolean {
    if (!outcome.ok || outcome.answer.type !== 'found') return false
    const { node, predecessors, successors } = outcome.answer
    this.#parts.neighbours.suggest([...predecessors, ...successors, node], { via, nowMs: this.#context.nowMs() })
    this.#context.touch()
    return true
  }

  /** The guide is in no ring either, or silent. When all are, the lowest begins one and the others find it. */
  #onRefusal(peer: NodeId, guide: Guide): void {
    guide.refusals += 1
    const all = [...this.#guides]
    const isRefusedByAll = all.every(([, { refusals }]) => refusals >= ENOUGH_REFUSALS)
    const isLowest = all.every(([other]) => this.#context.nodeId < other)
    // The lowest may be a liar that never begins one: rings that begin apart merge.
    const isLate = this.#context.nowMs() - this.#stateSinceMs > SEEK_PATIENCE_MS
    if (isRefusedByAll && (isLowest || isLate) && this.#state === 'seeking') this.#join('nobody else is in a ring yet')
    guide.finished = false
    guide.pause?.cancel()
    guide.pause = this.#context.after(this.#context.limits.fastMs / 2, () => {
      if (this.#guides.get(peer) === guide) this.#ask(peer, guide)
    })
  }

  #armProbe(): void {
    const links = this.#parts.links.direct().length
    const isOften = links < SMALL_RING || this.#hurriedProbes > 0
    const { least, most } = PROBE_SPREAD
    const pauseMs = (isOften ? SMALL_PROBE_MS : LARGE_PROBE_MS) * (least + (most - least) * this.#context.port.rng.float())
    if (this.#hurriedProbes === 0) this.#mostLinks = links
    this.#probe?.cancel()
    this.#probeDueMs = this.#context.nowMs() + pauseMs
    this.#probe = this.#context.after(pauseMs, () => {
      const unknown = this.#cached.filter((id) => this.#parts.links.get(id) === undefined)
      if (this.#state === 'joined') {
        this.#context.port.rendezvous('probe', this.#context.port.rng.sample(unknown, unknown.length))
        this.#hurriedProbes = Math.max(0, this.#hurriedProbes - 1)
      }
      this.#armProbe()
    })
  }

  /** In a ring that became small, or after half of the links broke, the probe that was set for a large ring is not waited for. */
  #hurryProbe(links: number): void {
    this.#mostLinks = Math.max(this.#mostLinks, links)
    if (this.#mostLinks >= SMALL_RING && 2 * links <= this.#mostLinks) {
      this.#mostLinks = links
      this.#hurriedProbes = HURRIED_PROBES
    }
    if (links >= SMALL_RING && this.#hurriedProbes === 0) return
    if (this.#probeDueMs > this.#context.nowMs() + PROBE_SPREAD.most * SMALL_PROBE_MS) this.#armProbe()
  }

  #armLook(): void {
    const pauseMs = LOOK_PERIODS * this.#context.limits.slowMs * (0.5 + this.#context.port.rng.float())
    this.#context.after(pauseMs, () => {
      this.look()
      this.#armLook()
    })
  }

  /** Keeps the linked peers, nearest first, before older ones; told to the store now and then. */
  #remember(): void {
    const nowMs = this.#context.nowMs()
    if (nowMs - this.#rememberedMs < REMEMBER_MS) return
    const peers = [...new Set([...this.#parts.neighbours.near(), ...this.#parts.links.direct(), ...this.#cached])].slice(0, MAX_CACHED)
    this.#rememberedMs = nowMs
    if (isSame(peers, this.#cached)) return
    this.#cached = peers
    this.#context.port.remember(peers)
  }
}
