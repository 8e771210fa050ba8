/**
 * Tabs of one browser find each other over a BroadcastChannel: who searches shouts `hello`, who may be found answers `here`, and the one who
 * searches opens channels to a few of those that answered. So the cost of a search does not grow with the number of tabs' channels.
 *
 * Two tabs that search at once, with nobody else there, answer each other too: the one with the lower nodeId founds the ring, the other opens
 * the channel. Contacts are channels that this side opened.
 *
 * No answer within the window may also mean that the machine is busy, and who believed it would found a second ring. So whoever heard nothing
 * looks at the locks that tabs hold while they live, and asks `again` until each of them has said that it is `here`, or that it is `away`.
 */
import type { NodeId } from '../../base/identity.ts'
import type { Rng } from '../../base/rng.ts'
import { holdTabLock, TabChannel } from './tab-channel.ts'
import { type Found, type OnChannel, randomToken, type Search, type Way } from './way.ts'

/** Answers come within this, unless the machine is busy: messages to hidden tabs are not delayed. */
const WINDOW_MS = 250
/** Tabs that live and are silent are asked again after each pause, so many times: one that hangs must not keep others from starting. */
const AGAIN_MS = 250
const MOST_ASKS = 20
/** Who answers waits up to this long, and not at all in a hidden tab, whose timers come once a second. */
const JITTER_MS = 30
/** A tab that heard so many others answer stays silent. */
const ENOUGH_ANSWERS = 4
/** From `open` to `accept`: after this the search does not wait any more. An answer that comes yet later is taken all the same. */
const OPEN_TIMEOUT_MS = 5_000

export interface TabsOptions {
  readonly network: string
  readonly nodeId: NodeId
  readonly random: Rng
  readonly onChannel: OnChannel
}

type Hello = { type: 'hello'; from: string; nodeId: NodeId; search: string; founding: boolean; cached: readonly NodeId[]; again: boolean }
type Here = { type: 'here' | 'away'; from: string; to: string; search: string }
type Open = { type: 'open'; from: string; to: string; connection: string; token: string }
type Accept = { type: 'accept'; from: string; to: string; connection: string; token: string }
type Shout = Hello | Here | Open | Accept

interface RunningSearch extends Search {
  readonly id: string
  readonly found: (result: Found) => void
  contacts: number
  /** Tabs that answered, so that none is opened twice. */
  readonly tried: Set<string>
  /** Tabs that answered that they cannot be found now. */
  readonly away: Set<string>
  windowOver: boolean
  /** How many times silent tabs were asked again. A count, not a time: who was stalled itself has not been waiting. */
  asks: number
}

interface Opening {
  readonly search: RunningSearch
  readonly to: string
  readonly channel: TabChannel
  readonly timer: ReturnType<typeof setTimeout>
  overdue: boolean
}

export class TabsWay implements Way {
  readonly held = false
  readonly #options: TabsOptions
  readonly #tab = randomToken()
  readonly #abort = new AbortController()
  readonly #channels = new Set<TabChannel>()
  readonly #openings = new Map<string, Opening>()
  /** Searches of others, with how many answers were heard; the newest few. */
  readonly #heard = new Map<string, number>()
  #broadcast: BroadcastChannel | null = null
  #ready: Promise<void>
  #search: RunningSearch | null = null
  #serving = false
  #closed = false

  constructor(options: TabsOptions) {
    this.#options = options
    this.#ready = this.#start()
  }

  search(search: Search, found: (result: Found) => void): void {
    const fresh = { contacts: 0, tried: new Set<string>(), away: new Set<string>(), windowOver: false, asks: 0 }
    const running: RunningSearch = { ...search, ...fresh, id: randomToken(), found }
    this.#search = running
    this.#ready.then(
      () => this.#shoutHello(running),
      () => this.#finish(running, 'This browser does not let its tabs find each other.'),
    )
  }

  satisfy(): void {
    if (this.#search !== null) this.#finish(this.#search, '')
  }

  serve(): void {
    this.#serving = true
  }

  hide(): void {
    this.#serving = false
    this.#search = null
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.hide()
    for (const { timer } of this.#openings.values()) clearTimeout(timer)
    this.#openings.clear()
    for (const channel of [...this.#channels]) channel.close()
    this.#broadcast?.close()
    this.#abort.abort()
  }

  /** Others must be able to watch this tab before they hear of it. */
  async #start(): Promise<void> {
    await holdTabLock(this.#lockOf(this.#tab), this.#abort.signal)
    if (this.#closed) return
    this.#broadcast = new BroadcastChannel(this.#name)
    this.#broadcast.addEventListener('message', (event: MessageEvent<Shout>) => this.#hear(event.data))
  }

  get #name(): string {
    return `peermart/${this.#options.network}`
  }

  #lockOf(tab: string): string {
    return `${this.#name}/tab/${tab}`
  }

  #shout(shout: Shout): void {
    this.#broadcast?.postMessage(shout)
  }

  #shoutHello(search: RunningSearch): void {
    if (this.#search !== search) return
    this.#hello(search, false)
    setTimeout(() => {
      search.windowOver = true
      this.#finishWhenDone(search)
    }, WINDOW_MS)
  }

  #hello({ id, founding, cached }: RunningSearch, again: boolean): void {
    this.#shout({ type: 'hello', from: this.#tab, nodeId: this.#options.nodeId, search: id, founding, cached, again })
  }

  #hear(shout: Shout): void {
    if (this.#closed || typeof shout?.from !== 'string') return
    if (shout.type === 'hello') this.#hearHello(shout)
    else if (shout.type === 'here') this.#hearHere(shout)
    else if (shout.type === 'away') this.#hearAway(shout)
    else if (shout.type === 'open' && shout.to === this.#tab) this.#hearOpen(shout)
    else if (shout.type === 'accept' && shout.to === this.#tab) this.#hearAccept(shout)
  }

  #hearHello(hello: Hello): void {
    // Of two that search for their first contact the lower one waits to be called: because of its own hello, or of this answer to the other's.
    const both = this.#search?.founding === true && hello.founding
    if (both && this.#options.nodeId > hello.nodeId) this.#meet(hello.from)
    const answerWith = (type: Here['type']) => this.#shout({ type, from: this.#tab, to: hello.from, search: hello.search })
    const findable = this.#serving || (both && this.#options.nodeId < hello.nodeId)
    if (hello.again) return answerWith(findable ? 'here' : 'away')
    if (!findable) return
    this.#remember(hello.search)
    const wished = hello.cached.includes(this.#options.nodeId)
    const delayMs = wished || document.visibilityState === 'hidden' ? 0 : this.#options.random.below(JITTER_MS)
    const answer = () => {
      if ((this.#heard.get(hello.search) ?? 0) >= ENOUGH_ANSWERS && !wished) return
      answerWith('here')
    }
    if (delayMs === 0) answer()
    else setTimeout(answer, delayMs)
  }

  #remember(search: string): void {
    this.#heard.set(search, 0)
    const [oldest] = this.#heard.keys()
    if (this.#heard.size > 64 && oldest !== undefined) this.#heard.delete(oldest)
  }

  #hearHere(here: Here): void {
    const count = this.#heard.get(here.search)
    if (count !== undefined) this.#heard.set(here.search, count + 1)
    if (here.to === this.#tab && here.search === this.#search?.id) this.#meet(here.from)
  }

  #hearAway(away: Here): void {
    const search = this.#search
    if (search === null || away.to !== this.#tab || away.search !== search.id) return
    search.away.add(away.from)
    this.#finishWhenDone(search)
  }

  /** Opens a channel to a tab that can be found, unless there are enough. */
  #meet(tab: string): void {
    const search = this.#search
    if (search === null || search.tried.has(tab) || search.contacts + this.#openingsOf(search) >= search.want) return
    search.tried.add(tab)
    const connection = randomToken()
    const token = randomToken()
    // It listens before the other side is asked: a BroadcastChannel keeps nothing for who comes later.
    const channel = this.#channel(connection, { local: token, remote: null, tab })
    const timer = setTimeout(() => {
      opening.overdue = true
      this.#finishWhenDone(search)
    }, OPEN_TIMEOUT_MS)
    const opening: Opening = { search, to: tab, channel, timer, overdue: false }
    this.#openings.set(connection, opening)
    this.#shout({ type: 'open', from: this.#tab, to: tab, connection, token })
  }

  /** Whoever is called answers, in whatever state: the ring decides whether it wants the link. */
  #hearOpen(open: Open): void {
    const token = randomToken()
    const channel = this.#channel(open.connection, { local: token, remote: open.token, tab: open.from })
    this.#shout({ type: 'accept', from: this.#tab, to: open.from, connection: open.connection, token })
    this.#options.onChannel(channel, false)
  }

  #hearAccept(accept: Accept): void {
    const opening = this.#openings.get(accept.connection)
    if (opening === undefined || opening.to !== accept.from) return
    clearTimeout(opening.timer)
    this.#openings.delete(accept.connection)
    const { channel, search } = opening
    channel.meet(accept.token)
    search.contacts += 1
    this.#options.onChannel(channel, true)
    this.#finishWhenDone(search)
  }

  #channel(connection: string, ends: { local: string; remote: string | null; tab: string }): TabChannel {
    const channel: TabChannel = new TabChannel({
      name: `${this.#name}/${connection}`,
      localToken: ends.local,
      remoteToken: ends.remote,
      remoteLock: this.#lockOf(ends.tab),
      onEnd: () => {
        this.#channels.delete(channel)
        this.#giveUp(connection)
      },
    })
    this.#channels.add(channel)
    return channel
  }

  /** The other tab was closed before it answered. */
  #giveUp(connection: string): void {
    const opening = this.#openings.get(connection)
    if (opening === undefined) return
    clearTimeout(opening.timer)
    this.#openings.delete(connection)
    this.#finishWhenDone(opening.search)
  }

  #finishWhenDone(search: RunningSearch): void {
    if (this.#search !== search) return
    if (search.contacts >= search.want) return this.#finish(search, '')
    if (!search.windowOver || this.#openingsOf(search) > 0) return
    if (search.contacts > 0) this.#finish(search, '')
    else this.#finishUnlessSilent(search)
  }

  /** Nobody was found so far: believed once every other tab that lives has said something. */
  async #finishUnlessSilent(search: RunningSearch): Promise<void> {
    const silent = await this.#silentTabs(search)
    if (this.#search !== search || search.contacts > 0 || this.#openingsOf(search) > 0) return
    if (silent === 0 || search.asks >= MOST_ASKS) this.#finish(search, '')
    else if (search.asks === 0) this.#askAgain(search)
  }

  /** Again and again, as a tab that has just started may not listen yet. */
  #askAgain(search: RunningSearch): void {
    if (this.#search !== search) return
    search.asks += 1
    this.#hello(search, true)
    setTimeout(() => {
      this.#finishWhenDone(search)
      this.#askAgain(search)
    }, AGAIN_MS)
  }

  /** How many other tabs live and have not answered. */
  async #silentTabs({ tried, away }: RunningSearch): Promise<number> {
    const { held = [] } = await navigator.locks.query().catch((): LockManagerSnapshot => ({}))
    const prefix = this.#lockOf('')
    const tabs = held.flatMap(({ name = '' }) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []))
    return new Set(tabs.filter((tab) => tab !== this.#tab && !tried.has(tab) && !away.has(tab))).size
  }

  #openingsOf(search: RunningSearch): number {
    return [...this.#openings.values()].filter((opening) => opening.search === search && !opening.overdue).length
  }

  #finish(search: RunningSearch, reason: string): void {
    if (this.#search !== search) return
    this.#search = null
    // Whoever found nobody founds a ring: from this moment others join it, even before the caller says so.
    if (search.founding && search.contacts === 0) this.#serving = true
    search.found({ reachable: reason === '', reason })
  }
}
