/**
 * Who still answers, how fast, and what their clocks say.
 * A peer is dropped after several unanswered pings in a row, each waited for by measured round trips, and only if nothing else came from it meanwhile.
 */
import type { NodeId } from '../base/identity.ts'
import type { Context } from './context.ts'
import type { Link, LinkTable, OpenPing } from './links.ts'
import type { RingMessage } from './messages.ts'

/** Unanswered pings before a peer is dropped. */
const MAX_TRIES = 4
/** Each wait is longer than the one before by this factor. */
const PATIENCE = 1.5
/** A link to the nearest peer of either side is pinged when it was silent for so many fast periods, as the ring hangs on these two. */
const NEAREST_SILENT_PERIODS = 3
/** Any other link: whoever uses it meanwhile notices by the first answer that does not come. */
const SILENT_PERIODS = 5
/** To measure, every link is pinged after so many fast periods in any case. */
const MEASURE_PERIODS = 30
/** Clock samples kept a link; the one with the shortest round trip counts. */
const CLOCK_SAMPLES = 8

export class Liveness {
  readonly #context: Context
  readonly #links: LinkTable
  readonly #onDead: (peer: NodeId) => void
  #nextId = 1

  constructor(context: Context, links: LinkTable, onDead: (peer: NodeId) => void) {
    this.#context = context
    this.#links = links
    this.#onDead = onDead
  }

  /** Pings the silent ones; called once a fast period. `nearest`: the nearest linked peer of either side. */
  check(nearest: readonly NodeId[]): void {
    const { fastMs } = this.#context.limits
    const nowMs = this.#context.nowMs()
    for (const link of this.#links.all()) {
      const silentMs = fastMs * (nearest.includes(link.peer) ? NEAREST_SILENT_PERIODS : SILENT_PERIODS)
      const isDue = nowMs - link.measuredMs >= MEASURE_PERIODS * fastMs
      if (nowMs - link.heardMs >= silentMs || isDue) this.probe(link.peer)
    }
  }

  /** Pings unless a ping is under way. */
  probe(peer: NodeId): void {
    const link = this.#links.get(peer)
    if (link !== undefined && link.ping === null)
      this.#ping(link, { tries: 1, firstMs: this.#context.nowMs(), waitMs: link.roundTrip.timeoutMs() })
  }

  /** After a sleep nothing that was open counts. */
  wake(): void {
    for (const link of this.#links.all()) {
      link.ping?.timer.cancel()
      link.ping = null
      link.heardMs = this.#context.nowMs()
      this.probe(link.peer)
    }
  }

  onPing(from: NodeId, { id, time }: Extract<RingMessage, { type: 'ping' }>): void {
    this.#context.port.send(from, { type: 'pong', id, time, clock: this.#context.clockMs() })
  }

  onPong(from: NodeId, { id, clock }: Extract<RingMessage, { type: 'pong' }>): void {
    const link = this.#links.get(from)
    if (link === undefined || link.ping === null || link.ping.id !== id) return
    const nowMs = this.#context.nowMs()
    const roundTripMs = nowMs - link.ping.sentMs
    link.ping.timer.cancel()
    link.ping = null
    link.roundTrip.add(roundTripMs)
    link.clocks.push({ offsetMs: clock - (this.#context.clockMs() - roundTripMs / 2), roundTripMs })
    if (link.clocks.length > CLOCK_SAMPLES) link.clocks.shift()
    link.measuredMs = nowMs
  }

  /** Median over these peers of their raw clock less ours, in ms; 0 when nothing was measured. */
  clockOffsetMs(peers: readonly NodeId[]): number {
    const offsets: number[] = []
    for (const peer of peers) {
      let best: Link['clocks'][number] | undefined
      for (const sample of this.#links.get(peer)?.clocks ?? []) {
        if (best === undefined || sample.roundTripMs < best.roundTripMs) best = sample
      }
      if (best !== undefined) offsets.push(best.offsetMs)
    }
    offsets.sort((left, right) => left - right)
    const upper = offsets[offsets.length >> 1]
    const lower = offsets[(offsets.length - 1) >> 1]
    return upper === undefined || lower === undefined ? 0 : (upper + lower) / 2
  }

  #ping(link: Link, { tries, firstMs, waitMs }: Pick<OpenPing, 'tries' | 'firstMs' | 'waitMs'>): void {
    const id = this.#nextId
    this.#nextId = (id % 0xffffffff) + 1
    const nowMs = this.#context.nowMs()
    const timer = this.#context.after(waitMs, () => this.#onSilence(link))
    link.ping = { id, sentMs: nowMs, firstMs, tries, waitMs, timer }
    this.#context.port.send(link.peer, { type: 'ping', id, time: nowMs })
  }

  #onSilence(link: Link): void {
    const ping = link.ping
    if (ping === null || this.#links.get(link.peer) !== link) return
    link.ping = null
    if (link.heardMs > ping.firstMs) return
    if (ping.tries >= MAX_TRIES) this.#onDead(link.peer)
    else this.#ping(link, { tries: ping.tries + 1, firstMs: ping.firstMs, waitMs: ping.waitMs * PATIENCE })
  }
}
