/**
 * Networks of one name and different parameters do not meet: their rendezvous ids differ, as they contain the digest. A person who changed
 * config.json would see an empty market and no reason. So whoever finds nobody asks for namesakes: at one id by the name alone, which the
 * founder of a ring holds, and among the tabs of this browser. All that is exchanged is the network's id.
 */
import { sha256, toHex, utf8 } from '../../base/bytes.ts'
import { claim } from './claim.ts'
import type { ServerAddress, Station, StationOptions } from './station.ts'
import { randomToken } from './way.ts'

const CLAIM_TIMEOUT_MS = 5_000
/** Pauses before a question that was not answered is asked again, each twice the one before: a busy machine may have missed it. */
const PAUSE_MS = { least: 1_000, most: 30_000 }
const ANSWER = 'peermart network '
/** A network's id: a name of 1 to 64 characters, and 16 digits. */
const NETWORK_ID = /^.{1,64}#[0-9a-f]{16}$/

export interface NamesakesOptions {
  /** The network's id, `name#digest`. */
  readonly network: string
  readonly servers: readonly ServerAddress[]
  readonly iceServers: readonly RTCIceServer[]
  readonly relayOnly: boolean
  admit(): boolean
  /** Another network of this name is alive. */
  onNamesake(network: string): void
}

interface Shout {
  readonly type: 'who' | 'here'
  readonly network: string
}

export class Namesakes {
  readonly #options: NamesakesOptions
  readonly #id: string
  readonly #held = new Set<Station>()
  /** Servers that are being asked. */
  readonly #asking = new Set<ServerAddress>()
  readonly #broadcast: BroadcastChannel | null
  #resting = false
  #closed = false

  constructor(options: NamesakesOptions) {
    this.#options = options
    const name = options.network.slice(0, options.network.lastIndexOf('#'))
    this.#id = `pm-name-${toHex(sha256(utf8(name))).slice(0, 16)}`
    this.#broadcast = typeof BroadcastChannel === 'function' ? new BroadcastChannel(`peermart-name/${name}`) : null
    this.#broadcast?.addEventListener('message', (event: MessageEvent<Partial<Shout> | null>) => this.#onShout(event.data))
  }

  /** Nobody of the own network was found: asks whether there is another of its name, and answers such questions from now on. */
  ask(): void {
    this.#resting = false
    this.#shout('who')
    if (this.#held.size === 0) for (const server of this.#options.servers) this.#askServer(server)
  }

  /** Somebody of the own network is there: questions that were not answered are not asked again. */
  rest(): void {
    this.#resting = true
  }

  /** Answers such questions too, if nobody does. */
  hold(): void {
    if (this.#held.size === 0) for (const server of this.#options.servers) this.#holdAt(server)
  }

  close(): void {
    this.#closed = true
    this.#broadcast?.close()
    for (const station of this.#held) station.close()
    this.#held.clear()
  }

  /** Until there is an answer, or somebody of the own network: who misses it once would be alone and never know why. */
  async #askServer(server: ServerAddress): Promise<void> {
    if (this.#asking.has(server)) return
    this.#asking.add(server)
    let pauseMs = PAUSE_MS.least
    while (!this.#isOver && !(await this.#answered(server))) {
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
      pauseMs = Math.min(PAUSE_MS.most, 2 * pauseMs)
    }
    this.#asking.delete(server)
  }

  get #isOver(): boolean {
    return this.#closed || this.#resting
  }

  /** Asks once; true when the id is ours now, or its holder answered. */
  async #answered(server: ServerAddress): Promise<boolean> {
    const result = await this.#holdAt(server)
    return result === 'taken' ? this.#call(server) : result === 'held'
  }

  async #holdAt(server: ServerAddress): Promise<'held' | 'taken' | 'failed'> {
    const station = await this.#claim(this.#id, server)
    if (station === null) return 'failed'
    if (station === 'taken') return 'taken'
    this.#held.add(station)
    station.onLost = () => this.#held.delete(station)
    return 'held'
  }

  /** The holder refuses everybody, with its network's id for a reason. */
  async #call(server: ServerAddress): Promise<boolean> {
    const station = await this.#claim(`pm-${randomToken()}`, server)
    if (station === 'taken' || station === null) return false
    const answer = await station.connect(this.#id, '')
    station.close()
    if (typeof answer !== 'string') answer.close()
    else if (answer.startsWith(ANSWER)) this.#heard(answer.slice(ANSWER.length))
    return typeof answer === 'string' && answer.startsWith(ANSWER)
  }

  async #claim(id: string, server: ServerAddress): Promise<Station | 'taken' | null> {
    const { iceServers, relayOnly, admit, network } = this.#options
    const options: StationOptions = {
      server,
      iceServers,
      relayOnly,
      admit,
      refusal: () => `${ANSWER}${network}`,
      onChannel: (channel) => channel.close(),
    }
    const claimed = await claim(id, CLAIM_TIMEOUT_MS, options)
    if (claimed.state !== 'open') return claimed.state === 'taken' ? 'taken' : null
    if (!this.#closed) return claimed.station
    claimed.station.close()
    return null
  }

  #shout(type: Shout['type']): void {
    this.#broadcast?.postMessage({ type, network: this.#options.network } satisfies Shout)
  }

  #onShout(shout: Partial<Shout> | null): void {
    if (shout?.type === 'here') this.#heard(shout.network)
    else if (shout?.type === 'who' && shout.network !== this.#options.network) this.#shout('here')
  }

  #heard(network: unknown): void {
    if (this.#closed || typeof network !== 'string' || !NETWORK_ID.test(network) || network === this.#options.network) return
    this.#options.onNamesake(network)
  }
}
