/**
 * Peers meet at a PeerServer by a few well-known ids, the slots, which live peers hold in turn (PROTOCOL 9). Asking for a slot tells all:
 * either it is taken, then its holder is called, or it is free, then it is ours.
 *
 * Invariants
 * 1. At most one slot is held for long. One that turned out to be free while another is held is kept a moment, answering, so that whoever saw it
 *    taken meanwhile finds this peer.
 * 2. Of two peers that both look for their first contact only the one with the higher nodeId calls, so that one of them founds the ring.
 * 3. A server that is gone is asked again after a growing pause, for as long as this peer wants to be found or has found nobody.
 */
import { sha256, toHex, utf8 } from '../../base/bytes.ts'
import type { NodeId } from '../../base/identity.ts'
import type { Rng } from '../../base/rng.ts'
import { claim } from './claim.ts'
import { SearchRun } from './search-run.ts'
import type { Caller, Claim, ServerAddress, Station } from './station.ts'
import { type Found, type OnChannel, type OnServer, randomToken, type Search, type Way } from './way.ts'

const SLOTS = 4
const SLOT_PATTERN = /-[0-3]$/
/** Cached peers that are tried by name: each costs a claim. */
const MOST_NAMED = 3
/**
 * While a person waits, a server that has not answered yet gets this long; one that refuses fails at once. Later claims wait for a slow network,
 * and for Chrome, which delays the connections of one process when some sixteen are being made (measured: up to 5 s).
 */
const FIRST_CLAIM_TIMEOUT_MS = 3_000
const CLAIM_TIMEOUT_MS = 10_000
/** How long a slot that is not needed answers. */
const SPARE_SLOT_MS = 500
/** Pauses of a peer without a slot, and of one without its server. */
const FIRST_SERVE_MS = 5_000
const SERVE_MS = { least: 30_000, most: 90_000 }
const BACK_OFF_MS = { least: 1_000, most: 30_000 }
/** How long a call waits before its id is asked for again. */
const RECHECK_MS = 500
/** Told to a caller that need not call: see invariant 2. */
const CALLS_BACK = 'this peer calls you'
/** Ends of a call that has nobody at its other end. */
const NOBODY = 'nobody has this id any more'
const ENDED = 'the search is over'

export interface ServerWayOptions {
  readonly network: string
  readonly nodeId: NodeId
  readonly server: ServerAddress
  readonly iceServers: readonly RTCIceServer[]
  readonly relayOnly: boolean
  readonly random: Rng
  /** An RTCPeerConnection may be constructed now. */
  admit(): boolean
  readonly onChannel: OnChannel
  /** How the server answers. */
  readonly onServer: OnServer
}

/** What asking for an id brought; `own`: this peer has it, or is just getting it. */
type Asked = Claim | { readonly state: 'own' }

export class ServerWay implements Way {
  readonly #options: ServerWayOptions
  readonly #prefix: string
  /** The station with the slot, the one with this peer's own id, and the one that calls while no slot is held. */
  #held: Station | null = null
  #named: Station | null = null
  #caller: Promise<Asked> | null = null
  /** All that are not gone. */
  readonly #stations = new Set<Station>()
  /** Ids that are being asked for, maybe by a search that was broken off. */
  readonly #claiming = new Map<string, Promise<Claim>>()
  #run: SearchRun | null = null
  #cached: readonly NodeId[] = []
  #serving = false
  /** The last search found neither somebody nor that nobody is there, or the server was gone since: others may have founded a ring without us. */
  #unresolved = false
  #closed = false
  #backOffMs = BACK_OFF_MS.least
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(options: ServerWayOptions) {
    this.#options = options
    this.#prefix = `pm-${toHex(sha256(utf8(options.network))).slice(0, 16)}`
  }

  get held(): boolean {
    return this.#held !== null
  }

  search(search: Search, found: (result: Found) => void): void {
    this.#cached = search.cached
    this.#look(search).then((result) => {
      if (result !== null) found(result)
    })
  }

  satisfy(): void {
    if (this.#run !== null) this.#run.ended = true
  }

  serve(): void {
    if (this.#serving) return
    this.#serving = true
    if (this.#run === null && this.#held === null && !this.#unresolved) this.#wake(FIRST_SERVE_MS)
  }

  hide(): void {
    this.#serving = false
    this.#unresolved = false
    if (this.#run !== null) this.#run.ended = true
    this.#run = null
    clearTimeout(this.#timer)
    this.#held = null
    this.#named = null
    this.#caller = null
    for (const station of [...this.#stations]) station.retire()
  }

  close(): void {
    this.#closed = true
    this.hide()
    for (const station of [...this.#stations]) station.close()
  }

  #wake(delayMs: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#onTimer(), delayMs)
  }

  /** Looks for others again when nobody was found, and for a free slot. */
  #onTimer(): void {
    if (this.#closed || this.#run !== null || !(this.#serving || this.#unresolved)) return
    this.#look(this.#unresolved ? { want: 2, cached: this.#cached, founding: false } : { want: 0, cached: [], founding: false })
  }

  /** Null when a newer search took its place. */
  async #look(search: Search): Promise<Found | null> {
    if (this.#run !== null) this.#run.ended = true
    const run: SearchRun = new SearchRun(search, (id) => this.#call(run, id))
    this.#run = run
    clearTimeout(this.#timer)
    const named = search.cached.filter((nodeId) => nodeId !== this.#options.nodeId).slice(0, MOST_NAMED)
    const byName = Promise.all(named.map((nodeId) => this.#tryNamed(run, nodeId)))
    await this.#trySlots(run)
    await run.settled(byName)
    if (this.#run !== run) return null
    this.#run = null
    this.#conclude(run)
    if (this.#held !== null && this.#named === null) this.#takeName(run, this.#held)
    return { reachable: run.answered, reason: run.contacts > 0 ? '' : run.reason }
  }

  /** What comes after a search: nothing, another one soon, or a look at the slots now and then. */
  #conclude(run: SearchRun): void {
    this.#caller?.then((claimed) => claimed.state === 'open' && claimed.station.retire())
    this.#caller = null
    if (run.search.want > 0) this.#unresolved = run.contacts === 0 && !run.ended && (!run.answered || run.unreached > 0)
    if (run.answered && !this.#unresolved) this.#backOffMs = BACK_OFF_MS.least
    if (this.#unresolved || (this.#serving && !run.answered)) this.#backOff()
    else if (this.#held === null && this.#serving) this.#wake(SERVE_MS.least + this.#options.random.below(SERVE_MS.most - SERVE_MS.least))
  }

  #backOff(): void {
    this.#wake(this.#backOffMs / 2 + this.#options.random.below(this.#backOffMs))
    this.#backOffMs = Math.min(BACK_OFF_MS.most, this.#backOffMs * 2)
  }

  async #trySlots(run: SearchRun): Promise<void> {
    const all = Array.from({ length: SLOTS }, (_, slot) => `${this.#prefix}-${slot}`)
    const slots = this.#options.random.sample(all, SLOTS)
    const done = () => run.ended || slots.length === 0 || (run.search.want > 0 ? run.enough : this.#held !== null)
    while (!done()) {
      // Whoever holds a slot only asks who has the others: all at once.
      const next = slots.splice(0, this.#held === null ? 1 : slots.length)
      const worked = await Promise.all(next.map((id) => this.#trySlot(run, id)))
      if (worked.includes(false)) return
      if (run.search.want > 0) await run.wantsMore()
    }
  }

  /** The slot, or a spare one of a moment ago: calling it would be calling ourselves. */
  #isOwn(id: string): boolean {
    return [...this.#stations].some((station) => station.id === id && station.present)
  }

  /** False when the server failed. */
  async #trySlot(run: SearchRun, id: string): Promise<boolean> {
    const claimed = await this.#claim(run, id)
    if (claimed.state === 'failed') return false
    if (claimed.state === 'taken') run.found(id)
    else if (claimed.state === 'open') this.#use(run, claimed.station)
    return true
  }

  /** A slot that was free: ours, unless there is one already. */
  #use(run: SearchRun, station: Station): void {
    const isSlot = SLOT_PATTERN.test(station.id)
    // A search that took this one's place has to do with it: it was told that the id is ours.
    const { ended } = this.#run ?? run
    if (ended || this.#held !== null || !isSlot) setTimeout(() => station.retire(), SPARE_SLOT_MS)
    else this.#hold(station)
  }

  /** A cached peer that holds a slot has an id of its own too. */
  async #tryNamed(run: SearchRun, nodeId: NodeId): Promise<void> {
    const id = this.#idOf(nodeId)
    const claimed = await this.#claim(run, id)
    if (claimed.state === 'taken') run.found(id)
    else if (claimed.state === 'open') claimed.station.retire()
  }

  async #claim(run: SearchRun, id: string): Promise<Asked> {
    if (this.#isOwn(id)) return { state: 'own' }
    const running = this.#claiming.get(id)
    const claimed = await (running ?? this.#ask(run, id))
    if (claimed.state === 'failed') run.reason = claimed.reason
    else run.answered = true
    return running !== undefined && claimed.state === 'open' ? { state: 'own' } : claimed
  }

  #ask(run: SearchRun, id: string): Promise<Claim> {
    const { server, iceServers, relayOnly, admit, onChannel, onServer } = this.#options
    const timeoutMs = run.search.founding && !run.answered ? FIRST_CLAIM_TIMEOUT_MS : CLAIM_TIMEOUT_MS
    const refusal = (caller: Caller) => this.#refusal(caller)
    onServer('connecting', '')
    const asked = claim(id, timeoutMs, { server, iceServers, relayOnly, admit, onChannel, refusal }).then((claimed) => {
      this.#claiming.delete(id)
      if (claimed.state !== 'failed') onServer('open', '')
      else if (this.#held === null) onServer('failed', claimed.reason)
      if (claimed.state === 'open') this.#keep(claimed.station)
      return claimed
    })
    this.#claiming.set(id, asked)
    return asked
  }

  #keep(station: Station): void {
    this.#stations.add(station)
    station.onGone = () => this.#stations.delete(station)
    if (this.#closed) station.retire()
  }

  /** True when it brought a contact, or none is to be had. */
  async #call(run: SearchRun, id: string): Promise<boolean> {
    const station = this.#held ?? (await this.#callingStation(run))
    const call =
      typeof station === 'string' ? Promise.resolve(station) : station.connect(id, run.search.founding ? this.#options.nodeId : '')
    const result = await Promise.race([call, this.#becomesFree(run, id, call)])
    if (typeof result === 'string') {
      // Should it be answered after all, nobody waits for it.
      call.then((late) => typeof late !== 'string' && late.close())
      if (result === CALLS_BACK || result === NOBODY) return true
      run.reason = `whoever holds a well-known id cannot be reached: ${result}`
      return false
    }
    if (run.enough) result.close()
    else {
      run.contacts += 1
      result.welcome('')
      this.#options.onChannel(result, true)
    }
    return true
  }

  /**
   * Whoever left a moment ago has its id a moment longer, and a call to it is not answered: a page that is reloaded meets its own. So the id is
   * asked for again now and then while a call waits. Ends with the call.
   */
  async #becomesFree(run: SearchRun, id: string, call: Promise<unknown>): Promise<string> {
    let over = false
    call.then(() => {
      over = true
    })
    for (;;) {
      await Promise.race([call, new Promise((resolve) => setTimeout(resolve, RECHECK_MS))])
      if (over || run.ended) return ENDED
      const claimed = await this.#claim(run, id)
      if (claimed.state !== 'open') continue
      this.#use(run, claimed.station)
      return NOBODY
    }
  }

  /** One that holds no slot calls from an id that nobody knows. */
  async #callingStation(run: SearchRun): Promise<Station | string> {
    this.#caller ??= this.#claim(run, `pm-${randomToken()}`)
    const claimed = await this.#caller
    if (claimed.state === 'open') return claimed.station
    this.#caller = null
    return claimed.state === 'failed' ? claimed.reason : 'an id is taken'
  }

  /** See invariant 2. Whoever is sent away this way holds a slot, so that it can be called. */
  #refusal({ id, founding }: Caller): string {
    if (this.#closed) return 'this peer is leaving'
    // A PeerServer keeps an offer for who takes the id next, which may be the one who made it.
    // (A slot that this peer let go may be the caller's by now.)
    if (this.#isOwn(id)) return 'this peer called itself'
    const run = this.#run
    if (founding === '' || run?.search.founding !== true || run.enough) return ''
    if (founding >= this.#options.nodeId || !id.startsWith(`${this.#prefix}-`)) return ''
    run.found(id)
    return CALLS_BACK
  }

  #hold(station: Station): void {
    this.#held = station
    station.onLost = () => {
      if (this.#held !== station) return
      this.#held = null
      this.#named?.retire()
      this.#named = null
      this.#unresolved = true
      this.#options.onServer('failed', 'the connection was lost')
      if (this.#run === null) this.#backOff()
    }
  }

  /** The id that those who know this peer from before try first. */
  async #takeName(run: SearchRun, holder: Station): Promise<void> {
    const claimed = await this.#claim(run, this.#idOf(this.#options.nodeId))
    if (claimed.state !== 'open') return
    if (this.#held === holder && this.#named === null) this.#named = claimed.station
    else claimed.station.retire()
  }

  #idOf(nodeId: NodeId): string {
    return `${this.#prefix}-n-${nodeId}`
  }
}
