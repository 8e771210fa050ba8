/**
 * Opens the links that are wished for, tells the other side what each is for, and closes those that nobody needs (PROTOCOL 8).
 */
import type { NodeId } from '../base/identity.ts'
import { type Sizes, sizesOf } from '../base/sizes.ts'
import { type Admission, FULL } from './admission.ts'
import type { Context } from './context.ts'
import type { Dialer } from './dialer.ts'
import type { Fingers } from './fingers.ts'
import { GUEST_MS, IDLE_GUEST_MS, IDLE_LINK_MS, MAX_GUESTS } from './limits.ts'
import type { Link, LinkTable } from './links.ts'
import type { Membership } from './membership.ts'
import type { LinkPurpose } from './messages.ts'
import type { Neighbours } from './neighbours.ts'
import type { Trades } from './trades.ts'

/** The reason of an unlink that says nothing against another link later. */
export const NOT_NEEDED = 'not needed'

const PURPOSES = ['neighbour', 'finger', 'trade', 'guest'] as const

interface Parts {
  readonly links: LinkTable
  readonly neighbours: Neighbours
  readonly dialer: Dialer
  readonly admission: Admission
  readonly fingers: Fingers
  readonly trades: Trades
  readonly membership: Membership
  /** The link is gone, for whatever reason. */
  readonly onGone: (peer: NodeId) => void
}

export class LinkKeeper {
  readonly #context: Context
  readonly #parts: Parts
  /** The last direct link was lost, and none has opened since. */
  #alone = false

  constructor(context: Context, parts: Parts) {
    this.#context = context
    this.#parts = parts
  }

  /** See Sized. */
  sizes(): Sizes {
    const { links, neighbours, dialer, fingers, trades, membership } = this.#parts
    return sizesOf({ links, neighbours, dialer, fingers, trades, membership })
  }

  /** Brings attempts and purposes in line with what is known. */
  arrange(): void {
    const { links, neighbours, dialer } = this.#parts
    neighbours.setLinked(links.direct())
    neighbours.setUnreachable(dialer.unreachable())
    for (const peer of neighbours.wanted((id) => dialer.isDoubtful(id))) this.#dial(peer, 'neighbour')
    this.#dialFingers()
    this.#dialTrades()
    for (const link of links.all()) this.#tell(link)
  }

  /** Closes what has been idle or a guest for too long, and gives up attempts without an end. Called once a fast period. */
  tidy(): void {
    const nowMs = this.#context.nowMs()
    for (const { peer, transport, upMs, idleSinceMs } of this.#parts.links.all()) {
      const graceMs = transport === 'direct' ? IDLE_LINK_MS : IDLE_GUEST_MS
      if (idleSinceMs !== null && nowMs - idleSinceMs >= graceMs) this.close(peer, NOT_NEEDED)
      else if (transport === 'rendezvous' && nowMs - upMs >= GUEST_MS) this.close(peer, 'a guest for long enough')
    }
    for (const peer of this.#parts.dialer.expire(nowMs)) this.failed(peer)
    for (const peer of this.#parts.dialer.unheard(nowMs)) this.#giveUp(peer)
  }

  /** A lost signal is not waited for; over a guest link none is lost, and giving up would close that. */
  #giveUp(peer: NodeId): void {
    if (this.#parts.links.get(peer) !== undefined) return
    this.#context.port.disconnect(peer, 'no answer to a signal')
    this.failed(peer)
  }

  /** Whether another guest may come in: in place of the one that has been idle for longest, when there are as many as may be. */
  findsRoomForGuest(): boolean {
    const { links } = this.#parts
    if (links.guests().length < MAX_GUESTS) return true
    const idle = links.all().filter(({ transport, idleSinceMs }) => transport === 'rendezvous' && idleSinceMs !== null)
    const [oldest] = idle.sort((left, right) => (left.idleSinceMs ?? 0) - (right.idleSinceMs ?? 0))
    if (oldest === undefined) return false
    this.close(oldest.peer, NOT_NEEDED)
    return true
  }

  /** A direct link opened. True when it stays: when there are more than the budget allows, the least useful one goes. */
  opened(peer: NodeId): boolean {
    const { links, neighbours, admission, dialer, membership, trades } = this.#parts
    dialer.opened(peer)
    // Whoever had lost all links reached nobody: that says nothing about the others.
    if (this.#alone) dialer.endPauses()
    this.#alone = false
    membership.onGuestDown(peer)
    neighbours.setLinked(links.direct())
    const surplus = admission.surplus(peer)
    if (surplus !== undefined) this.close(surplus, links.get(surplus)?.idleSinceMs === null ? FULL : NOT_NEEDED)
    if (surplus === peer) {
      dialer.pauseFull(peer)
      return false
    }
    trades.onOpen(peer)
    return true
  }

  /** Closes a link that is not needed here; the other side is told that we live on. */
  close(peer: NodeId, reason: string): void {
    this.#context.port.send(peer, { type: 'unlink', reason })
    this.drop(peer, reason)
  }

  /** The other side closed it, and lives. One that it has no room for is as good as before, later. */
  unlinked({ peer, told }: Link, reason: string): void {
    const { dialer, neighbours } = this.#parts
    const isForTrade = told.has('trade') && !neighbours.belongs(peer)
    if (reason === FULL && isForTrade) dialer.pauseFull(peer)
    else if (reason !== NOT_NEEDED) dialer.pause(peer)
    this.drop(peer, reason === FULL ? FULL : 'unlinked')
  }

  /** Closes a link without a word. That ends an attempt to replace it, too. */
  drop(peer: NodeId, reason: string): void {
    this.#parts.membership.onClosing(peer)
    this.#end(peer, reason)
  }

  /** The same for a link over which nothing comes any more: it broke. */
  dropSilent(peer: NodeId): void {
    this.#end(peer, 'silent')
  }

  /** The link is closed already. */
  gone(peer: NodeId): void {
    const { links, neighbours, fingers } = this.#parts
    const wasDirect = links.isDirect(peer)
    if (!links.close(peer)) return
    this.#alone ||= wasDirect && links.direct().length === 0
    neighbours.setLinked(links.direct())
    neighbours.removeReporter(peer, this.#context.nowMs())
    fingers.remove(peer)
    this.#parts.onGone(peer)
    this.#context.touch()
  }

  /** An attempt failed or was given up; `isFull`: the other side had no room. */
  failed(peer: NodeId, isFull = false): void {
    const { dialer, neighbours, fingers, trades } = this.#parts
    if (!dialer.failed(peer, isFull)) return
    neighbours.dropCandidate(peer)
    fingers.remove(peer)
    trades.onFailed(peer, isFull)
    this.#context.touch()
  }

  #end(peer: NodeId, reason: string): void {
    this.#context.port.disconnect(peer, reason)
    this.failed(peer)
    this.gone(peer)
  }

  #dial(peer: NodeId, purpose: LinkPurpose): boolean {
    const { links, dialer, admission } = this.#parts
    if (links.isDirect(peer) || !dialer.mayTry(peer) || !admission.check(peer, purpose).ok) return false
    dialer.dial(peer, purpose)
    return true
  }

  #dialFingers(): void {
    const { fingers, neighbours, trades } = this.#parts
    const wanted = fingers.plan((peer) => neighbours.isNear(peer) || trades.holds(peer))
    for (const peer of wanted) this.#dial(peer, 'finger')
  }

  #dialTrades(): void {
    const { dialer, trades } = this.#parts
    for (const peer of trades.missing()) {
      if (!dialer.isTrying(peer) && !this.#dial(peer, 'trade')) trades.onFailed(peer, !dialer.isFailed(peer))
    }
  }

  /** Tells the other side what changed about our need of the link, and watches whether anybody needs it. */
  #tell(link: Link): void {
    const { peer, told, theirs } = link
    for (const purpose of PURPOSES) {
      const needed = this.#needs(link, purpose)
      if (needed === told.has(purpose)) continue
      if (needed) told.add(purpose)
      else told.delete(purpose)
      this.#context.port.send(peer, { type: 'purpose', purpose, needed })
    }
    if (told.size + theirs.size > 0) link.idleSinceMs = null
    else link.idleSinceMs ??= this.#context.nowMs()
  }

  #needs({ peer, transport }: Link, purpose: LinkPurpose): boolean {
    const { fingers, neighbours, trades, membership } = this.#parts
    if (transport !== 'direct') return purpose === 'guest' && membership.needsGuest(peer)
    if (purpose === 'neighbour') return neighbours.isNear(peer)
    if (purpose === 'finger') return fingers.holds(peer)
    return purpose === 'trade' && trades.holds(peer)
  }
}
