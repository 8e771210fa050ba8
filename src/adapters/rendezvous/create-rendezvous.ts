/** Where peers meet first: at every PeerServer of the configuration, and among the tabs of this browser (PROTOCOL 9). */
import type { NodeId } from '../../base/identity.ts'
import type { Rng } from '../../base/rng.ts'
import type { Rendezvous, RendezvousListener } from '../../peer/world.ts'
import { TokenBucket } from '../links/token-bucket.ts'
import { completeAddress, serverName } from './address.ts'
import { Namesakes } from './namesakes.ts'
import { ServerWay } from './server-way.ts'
import type { ServerAddress } from './station.ts'
import { TabsWay } from './tabs-way.ts'
import type { Found, OnServer, Way } from './way.ts'

/** Contacts that a seek looks for: two that agree are harder to fake than one. */
const ENOUGH_CONTACTS = 2
/** With one contact found, how long the other ways are waited for. */
const GRACE_MS = 500
/** RTCPeerConnections by way of a PeerServer: thirty that start at once all find their holder, a flood does not end the tab. */
const CONSTRUCTION = { burst: 32, perSecond: 2 }

export interface RendezvousOptions {
  /** The network's id. */
  readonly network: string
  readonly nodeId: NodeId
  /** Of the configuration: `host` empty stands for the page's own host, `port` 0 for its port or the usual one. */
  readonly servers: readonly ServerAddress[]
  readonly iceServers: readonly RTCIceServer[]
  /** Channels go over TURN servers only; false when left out. */
  readonly relayOnly?: boolean
  readonly random: Rng
  /** Where the page comes from. */
  readonly location?: Pick<Location, 'protocol' | 'hostname' | 'port'>
  /** False: tabs of one browser do not find each other; for tests. */
  readonly tabs?: boolean
  /** Nobody was found, but another network of the same name was: its id. */
  readonly onNamesake?: (network: string) => void
  /** How each server answers. `address`: host:port/path. */
  readonly onServer?: (address: string, ...change: Parameters<OnServer>) => void
}

export function createRendezvous(options: RendezvousOptions): Rendezvous {
  return new CombinedRendezvous(options)
}

interface Seek {
  contacts: number
  readonly results: Map<Way, Found>
  timer: ReturnType<typeof setTimeout> | undefined
}

class CombinedRendezvous implements Rendezvous {
  readonly #ways: Way[] = []
  /** What each server is called in a message. */
  readonly #names = new Map<Way, string>()
  readonly #namesakes: Namesakes | null
  #listener: RendezvousListener | null = null
  #seek: Seek | null = null
  #closed = false

  constructor(options: RendezvousOptions) {
    const { network, nodeId, iceServers, relayOnly = false, random, servers } = options
    const onChannel: RendezvousListener['onChannel'] = (channel, initiator) => this.#onChannel(channel, initiator)
    const bucket = new TokenBucket(CONSTRUCTION, performance.now())
    const admit = () => bucket.take(performance.now())
    const addresses: ServerAddress[] = []
    for (const server of servers) {
      const address = completeAddress(server, options.location ?? location)
      if (address === null) continue
      addresses.push(address)
      const name = serverName(address)
      const onServer: OnServer = (...change) => options.onServer?.(name, ...change)
      const way = new ServerWay({ network, nodeId, server: address, iceServers, relayOnly, random, admit, onChannel, onServer })
      this.#ways.push(way)
      this.#names.set(way, name)
    }
    const tabs = options.tabs !== false && typeof BroadcastChannel === 'function' && navigator.locks !== undefined
    if (tabs) this.#ways.push(new TabsWay({ network, nodeId, random, onChannel }))
    const { onNamesake } = options
    this.#namesakes =
      onNamesake === undefined ? null : new Namesakes({ network, servers: addresses, iceServers, relayOnly, admit, onNamesake })
  }

  listen(listener: RendezvousListener): void {
    this.#listener = listener
  }

  setMode(mode: 'seek' | 'serve' | 'probe' | 'off', cached: readonly NodeId[]): void {
    if (this.#closed) return
    if (mode === 'seek') return this.#startSeek(cached)
    if (mode !== 'probe') this.#endSeek()
    if (mode === 'serve') for (const way of this.#ways) way.serve()
    if (mode === 'off') for (const way of this.#ways) way.hide()
    if (mode === 'probe' && this.#seek === null)
      for (const way of this.#ways) way.search({ want: 1, cached: [], founding: false }, () => {})
  }

  close(): void {
    this.#closed = true
    this.#endSeek()
    for (const way of this.#ways) way.close()
    this.#namesakes?.close()
  }

  #startSeek(cached: readonly NodeId[]): void {
    this.#endSeek()
    const seek: Seek = { contacts: 0, results: new Map(), timer: undefined }
    this.#seek = seek
    for (const way of this.#ways) {
      way.search({ want: ENOUGH_CONTACTS, cached, founding: true }, (result) => {
        seek.results.set(way, result)
        this.#look(seek)
      })
    }
    if (this.#ways.length === 0) queueMicrotask(() => this.#look(seek))
  }

  #endSeek(): void {
    clearTimeout(this.#seek?.timer)
    this.#seek = null
  }

  #onChannel(...[channel, initiator]: Parameters<RendezvousListener['onChannel']>): void {
    if (this.#closed || this.#listener === null) return channel.close()
    // Only peers of this very network find each other here.
    this.#namesakes?.rest()
    this.#listener.onChannel(channel, initiator)
    const seek = this.#seek
    if (!initiator || seek === null) return
    seek.contacts += 1
    seek.timer ??= setTimeout(() => this.#report(seek), GRACE_MS)
    this.#look(seek)
  }

  #look(seek: Seek): void {
    if (seek.contacts >= ENOUGH_CONTACTS || seek.results.size === this.#ways.length) this.#report(seek)
  }

  #report(seek: Seek): void {
    if (this.#seek !== seek) return
    this.#endSeek()
    const held = this.#ways.some((way) => way.held)
    if (seek.contacts > 0) for (const way of this.#ways) way.satisfy()
    // Of two that start at once each may find the other: nobody founds, and yet somebody must answer for the network.
    if (seek.contacts === 0) this.#namesakes?.ask()
    else if (held) this.#namesakes?.hold()
    this.#listener?.onSought({ contacts: seek.contacts, held, reason: seek.contacts > 0 ? '' : this.#reason(seek) })
  }

  /** For a person; empty when all works and simply nobody is there. */
  #reason({ results }: Seek): string {
    const servers = [...this.#names].map(([way, name]) => ({ name, result: results.get(way) }))
    if (this.#ways.length === 0) return 'no rendezvous server is configured, and this browser does not let its tabs find each other'
    if (servers.length === 0) return ''
    const said = servers.flatMap(({ name, result }) => (result && result.reason !== '' ? [`${name}: ${result.reason}`] : [])).join('; ')
    const reachable = servers.some(({ result }) => result?.reachable === true)
    return reachable ? said : `no rendezvous server reachable: ${said}`
  }
}
