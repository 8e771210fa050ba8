/**
 * One id at a PeerServer, and the data connections made under it. peerjs has traps (FIELD-NOTES): a Peer dies of a taken id, so each claim is a
 * fresh one; leaving the server must not close the connections; whoever knows the id can make us construct RTCPeerConnections.
 */
import { Peer, type PeerOptions } from 'peerjs'
import type { Channel } from '../../peer/world.ts'
import { type IceOptions, rtcConfiguration } from '../links/rtc-configuration.ts'
import { guardedSerializers } from './guarded-connection.ts'
import { type Connection, openConnection, type PeerChannel } from './peer-channel.ts'

/** A PeerServer's address, complete. */
export interface ServerAddress {
  readonly host: string
  readonly port: number
  readonly path: string
  readonly secure: boolean
}

/** What a caller says of itself. */
export interface Caller {
  /** The id it calls from. */
  readonly id: string
  /** The nodeId of one that looks for its first contact; empty when it is in a ring. */
  readonly founding: string
}

export interface StationOptions extends IceOptions {
  readonly server: ServerAddress
  /** RTCPeerConnections may be constructed so fast, for all stations of the tab together; false: not now. */
  admit(): boolean
  /** Why a caller is not welcome, or empty. */
  refusal(caller: Caller): string
  onChannel(channel: Channel, initiator: boolean): void
}

export type Claim =
  | { readonly state: 'open'; readonly station: Station }
  | { readonly state: 'taken' }
  | { readonly state: 'failed'; readonly reason: string }

const LABEL = 'peermart'

/** Takes the id at the server, or says that another has it: one round trip. */
export function claim(id: string, timeoutMs: number, options: StationOptions): Promise<Claim> {
  return new Promise((resolve) => {
    const peer = createPeer(id, options)
    if (typeof peer === 'string') return resolve({ state: 'failed', reason: peer })
    const timer = setTimeout(() => give({ state: 'failed', reason: 'it does not answer' }), timeoutMs)
    let given = false
    const give = (result: Claim) => {
      if (given) return
      given = true
      clearTimeout(timer)
      if (result.state !== 'open') peer.destroy()
      resolve(result)
    }
    peer.on('error', (error) => {
      if (error.type === 'unavailable-id') give({ state: 'taken' })
      else give({ state: 'failed', reason: error.type === 'network' ? 'the connection is refused or lost' : error.message })
    })
    peer.on('open', () => give({ state: 'open', station: new Station(peer, options) }))
  })
}

function createPeer(id: string, options: StationOptions): Peer | string {
  try {
    const { server } = options
    const peerOptions: PeerOptions = {
      ...server,
      debug: 0,
      config: rtcConfiguration(options),
      serializers: guardedSerializers(options.admit),
    }
    return new Peer(id, peerOptions)
  } catch (error) {
    return String(error)
  }
}

export class Station {
  readonly id: string
  /** Called once when the server is gone, not when this side left. */
  onLost: () => void = () => {}
  /** Called once when nothing is left of it. */
  onGone: () => void = () => {}
  readonly #peer: Peer
  readonly #options: StationOptions
  /** Connections that are being opened, by the other side's id: the server tells of an id that nobody has. */
  readonly #opening = new Map<Connection, (reason: string) => void>()
  readonly #channels = new Set<PeerChannel>()
  #retired = false

  constructor(peer: Peer, options: StationOptions) {
    this.id = peer.id
    this.#peer = peer
    this.#options = options
    peer.on('connection', (connection) => this.#answer(connection))
    peer.on('call', (call) => call.close())
    peer.on('disconnected', () => this.#lose())
    peer.on('error', (error) => {
      if (error.type !== 'peer-unavailable') return
      for (const [connection, fail] of this.#opening) if (error.message.includes(connection.peer)) fail('nobody has this id')
    })
  }

  /** It is at the server, under its id. */
  get present(): boolean {
    return !this.#retired
  }

  /**
   * Opens a channel to whoever has the id; the reason when it does not come about. `founding`: see {@link Caller}. The other side has welcomed
   * this one, and hears of the channel only if it is welcomed too; who does not want the channel any more closes it.
   */
  async connect(to: string, founding: string): Promise<PeerChannel | string> {
    if (this.#retired || !this.#options.admit()) return 'too many connections at once'
    const connection = this.#peer.connect(to, { serialization: 'raw', reliable: true, label: LABEL, metadata: { founding } })
    if (!connection) return 'the server is gone'
    const channel = await this.#opened(connection)
    if (typeof channel === 'string') return channel
    const refusal = await channel.welcomed()
    if (refusal !== '') channel.close()
    return refusal === '' ? channel : refusal
  }

  /** Leaves the server. Channels stay, and the Peer with them until the last has ended. */
  retire(): void {
    this.#retired = true
    this.#tidy()
  }

  /** Leaves the server and closes every channel; what was sent is delivered, so the last is gone a moment later. */
  close(): void {
    for (const channel of [...this.#channels]) channel.close()
    this.retire()
  }

  async #answer(connection: Connection): Promise<void> {
    const { label, serialization, reliable, metadata } = connection
    if (this.#retired || label !== LABEL || serialization !== 'raw' || !reliable) return connection.close()
    const channel = await this.#opened(connection)
    if (typeof channel === 'string') return
    const founding: unknown = (metadata as { founding?: unknown } | undefined)?.founding
    const refusal = this.#options.refusal({ id: connection.peer, founding: typeof founding === 'string' ? founding : '' })
    channel.welcome(refusal)
    const stays = refusal === '' && (await channel.welcomed()) === ''
    if (stays) this.#options.onChannel(channel, false)
    else channel.close()
  }

  async #opened(connection: Connection): Promise<PeerChannel | string> {
    const result = await openConnection(connection, (fail) => this.#opening.set(connection, fail))
    this.#opening.delete(connection)
    if (typeof result !== 'string') {
      this.#channels.add(result)
      result.onEnd = () => {
        this.#channels.delete(result)
        this.#tidy()
      }
    }
    this.#tidy()
    return result
  }

  #lose(): void {
    if (this.#retired) return
    this.retire()
    this.onLost()
  }

  #tidy(): void {
    if (!this.#retired || this.#opening.size > 0 || this.#peer.destroyed) return
    if (this.#channels.size === 0) {
      this.#peer.destroy()
      this.onGone()
    } else if (!this.#peer.disconnected) this.#peer.disconnect()
  }
}
