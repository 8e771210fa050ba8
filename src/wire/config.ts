/**
 * What a deployment may change: public/config.json, read at run time (README). Every message names the field, says what it is and what it must be.
 */
import { grouped, inWords, isIntegerWithin, isPlainText, isRecord, unknownField } from '../base/input.ts'
import { MAX_BROKERS, type Parameters } from './parameters.ts'

/** A PeerServer (PROTOCOL 9). */
export interface RendezvousConfig {
  /** Empty: the page's own host; then port 0 is the page's own port, and `secure` goes by the page. */
  readonly host: string
  readonly port: number
  /** Begins with a slash. */
  readonly path: string
  /** https and wss. */
  readonly secure: boolean
}

/** As WebRTC's RTCIceServer. */
export interface IceServerConfig {
  readonly urls: string | string[]
  readonly username?: string
  readonly credential?: string
}

export interface Config {
  readonly parameters: Parameters
  /** Most direct links at once. The file may leave it null: see {@link linkBudgetOf}. */
  readonly linkBudget: number
  readonly rendezvous: readonly RendezvousConfig[]
  readonly iceServers: readonly IceServerConfig[]
}

export type CheckedIceServer =
  | { readonly ok: true; readonly server: IceServerConfig }
  | { readonly ok: false; readonly field: string; readonly message: string }

export type CheckedConfig = { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly message: string }

/** Links a tab can hold: Chrome counts closed connections too until they are collected, so more are not to be relied on (FIELD-NOTES). */
const MAX_LINKS = 32
const MIN_LINKS = 4
const MAX_SERVERS = 8
const PARAMETER_FIELDS = ['network', 'n', 'f', 'm', 't', 'slot', 's', 'p', 'a']
const FIELDS = [...PARAMETER_FIELDS, 'linkBudget', 'rendezvous', 'iceServers']
/** A DNS name, an IPv4 address, or an IPv6 address in brackets; empty for the page's own. */
const HOST = /^(?:|[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])$/i
const PATH = /^\/[\w\-.~/%]{0,199}$/
const ICE_URL = /^(?:stuns?|turns?):[^\s]{1,300}$/i

/** 2(n − 1) + 10 links (PROTOCOL 8): neighbours both ways, fingers, trades and guests; with n above 12 no more than a tab can hold, at the fingers' cost. */
export function linkBudgetOf(n: number): number {
  return Math.min(2 * (n - 1) + 10, MAX_LINKS)
}

/** Takes what JSON.parse made of the file. Never throws. */
export function checkConfig(json: unknown): CheckedConfig {
  try {
    return { ok: true, config: configOf(json) }
  } catch (error) {
    if (error instanceof ConfigError) return { ok: false, message: `config.json: ${error.message}` }
    throw error
  }
}

/** A PeerServer that a link names, by the same rules as in the file; undefined when it breaks one. */
export function checkRendezvous(server: Readonly<Record<string, unknown>>): RendezvousConfig | undefined {
  try {
    return rendezvousOf('rendezvous', server)
  } catch (error) {
    if (error instanceof ConfigError) return undefined
    throw error
  }
}

/** A network's parameters, by the same rules as in the file; undefined when one is missing, another field is there, or one breaks a rule. */
export function checkParameters(json: unknown): Parameters | undefined {
  if (!isRecord(json) || unknownField(json, PARAMETER_FIELDS) !== undefined) return undefined
  try {
    return parametersOf(json)
  } catch (error) {
    if (error instanceof ConfigError) return undefined
    throw error
  }
}

/** A STUN or TURN server that a person names, by the same rules as in the file. `field`: what it is called, and what its wrong part is called then. */
export function checkIceServer(field: string, server: unknown): CheckedIceServer {
  try {
    if (!isRecord(server)) throw new ConfigError(field, server, 'an object')
    return { ok: true, server: iceServerOf(field, server) }
  } catch (error) {
    if (error instanceof ConfigError) return { ok: false, field: error.field, message: error.message }
    throw error
  }
}

/** Relays links: others do not see the device's address. */
export function isTurn({ urls }: { readonly urls: string | readonly string[] }): boolean {
  return [urls].flat().some((url) => /^turn/i.test(url))
}

/** A value that is wrong. Never leaves this file. */
class ConfigError extends Error {
  readonly field: string

  constructor(field: string, value: unknown, wanted: string) {
    super(`${field} is ${inWords(value)}, and must be ${wanted}.`)
    this.field = field
  }
}

function configOf(json: unknown): Config {
  if (!isRecord(json)) throw new ConfigError('the whole', json, `an object with the fields ${FIELDS.join(', ')}`)
  refuseUnknown('the file', json, FIELDS)
  const parameters = parametersOf(json)
  return {
    parameters,
    linkBudget: json.linkBudget === null ? linkBudgetOf(parameters.n) : linkBudgetGiven(json.linkBudget),
    rendezvous: serversOf('rendezvous', json.rendezvous, rendezvousOf),
    iceServers: serversOf('iceServers', json.iceServers, iceServerOf),
  }
}

function refuseUnknown(where: string, value: Readonly<Record<string, unknown>>, known: readonly string[]): void {
  const unknown = unknownField(value, known)
  if (unknown !== undefined) {
    throw new ConfigError(`${where}'s field ${inWords(unknown)}`, value[unknown], `left out: the fields are ${known.join(', ')}`)
  }
}

function parametersOf(json: Readonly<Record<string, unknown>>): Parameters {
  const whole = (field: string, least: number, most: number): number => {
    const value = json[field]
    if (!isIntegerWithin(value, least, most))
      throw new ConfigError(field, value, `a whole number from ${grouped(least)} to ${grouped(most)}`)
    return value + 0
  }
  const { network, m, a } = json
  const fitsNetwork = typeof network === 'string' && network.length <= 64 && network !== '' && network.trim() === network
  if (!fitsNetwork || !isPlainText(network)) {
    throw new ConfigError('network', network, 'a name of 1 to 64 characters, with no spaces around it and no control characters')
  }
  const n = whole('n', 1, MAX_BROKERS)
  const f = json.f
  if (!isIntegerWithin(f, 1, n)) throw new ConfigError('f', f, `a whole number from 1 to ${n}, which is n`)
  if (!isIntegerWithin(m, 2, 2_048) || m % 2 !== 0) throw new ConfigError('m', m, 'an even number from 2 to 2,048')
  const t = whole('t', 1_000, 86_400_000)
  const slot = whole('slot', 50, 60_000)
  const s = whole('s', 1, 1_024)
  const p = whole('p', 0, 32)
  if (typeof a !== 'number' || !(a > 0 && a <= 1)) throw new ConfigError('a', a, 'a number above 0 and at most 1')
  return { network, n, f, m, t, slot, s, p, a }
}

function linkBudgetGiven(value: unknown): number {
  if (isIntegerWithin(value, MIN_LINKS, MAX_LINKS)) return value
  throw new ConfigError('linkBudget', value, `null for 2(n − 1) + 10, or a whole number from ${MIN_LINKS} to ${MAX_LINKS}`)
}

function serversOf<S>(field: string, value: unknown, serverOf: (field: string, value: Readonly<Record<string, unknown>>) => S): S[] {
  if (!Array.isArray(value)) throw new ConfigError(field, value, `a list of at most ${MAX_SERVERS}, which may be empty: []`)
  if (value.length > MAX_SERVERS) throw new ConfigError(`the length of ${field}`, value.length, `at most ${MAX_SERVERS}`)
  return value.map((server, index) => {
    if (!isRecord(server)) throw new ConfigError(`${field}[${index}]`, server, 'an object')
    return serverOf(`${field}[${index}]`, server)
  })
}

function rendezvousOf(field: string, value: Readonly<Record<string, unknown>>): RendezvousConfig {
  refuseUnknown(field, value, ['host', 'port', 'path', 'secure'])
  const { host, port, path, secure } = value
  if (typeof host !== 'string' || !HOST.test(host)) {
    throw new ConfigError(`${field}.host`, host, 'a host name such as "0.peerjs.com", or "" for the page\'s own')
  }
  const leastPort = host === '' ? 0 : 1
  if (!isIntegerWithin(port, leastPort, 65_535)) {
    const own = host === '' ? ", 0 for the page's own" : ''
    throw new ConfigError(`${field}.port`, port, `a whole number from ${leastPort} to 65,535${own}`)
  }
  if (typeof path !== 'string' || !PATH.test(path))
    throw new ConfigError(`${field}.path`, path, 'a path that begins with a slash, such as "/peerjs"')
  if (typeof secure !== 'boolean') throw new ConfigError(`${field}.secure`, secure, 'true (https) or false')
  return { host, port: port + 0, path, secure }
}

function iceServerOf(field: string, value: Readonly<Record<string, unknown>>): IceServerConfig {
  refuseUnknown(field, value, ['urls', 'username', 'credential'])
  const urls = Array.isArray(value.urls)
    ? value.urls.map((url, index) => iceUrlOf(`${field}.urls[${index}]`, url))
    : iceUrlOf(`${field}.urls`, value.urls)
  if (Array.isArray(urls) && (urls.length === 0 || urls.length > MAX_SERVERS)) {
    throw new ConfigError(`the length of ${field}.urls`, urls.length, `1 to ${MAX_SERVERS}`)
  }
  const needsLogin = isTurn({ urls })
  const username = loginOf(`${field}.username`, value.username, needsLogin)
  const credential = loginOf(`${field}.credential`, value.credential, needsLogin)
  return { urls, ...(username !== undefined && { username }), ...(credential !== undefined && { credential }) }
}

function iceUrlOf(field: string, url: unknown): string {
  if (typeof url === 'string' && ICE_URL.test(url)) return url
  throw new ConfigError(field, url, 'an address that begins with stun:, stuns:, turn: or turns:, such as "stun:stun.example.org:3478"')
}

/** Browsers refuse a TURN server without a login. */
function loginOf(field: string, value: unknown, needed: boolean): string | undefined {
  if (value === undefined && !needed) return undefined
  if (typeof value === 'string' && value.length <= 512) return value
  throw new ConfigError(
    field,
    value,
    needed ? 'a text of at most 512 characters, as a turn: address needs it' : 'a text of at most 512 characters, or left out',
  )
}
