/**
 * What this browser uses beside config.json to reach others: kept for this origin, used from the next load on. All that is read, from a
 * person or from the browser, is held to the rules of config.json.
 */
import { inWords, isRecord, unknownField } from '../base/input.ts'
import { checkIceServer, type IceServerConfig, isTurn } from '../wire/config.ts'
import { serverOf } from './invite.ts'

export interface ConnectionSettings {
  /** host:port/path, with `s!` before it for https. At most MOST_SERVERS. */
  readonly servers: readonly string[]
  /** At most MOST_SERVERS. */
  readonly ice: readonly { readonly urls: readonly string[]; readonly username?: string; readonly credential?: string }[]
  /** Links go over TURN servers only: others do not see this device's address. */
  readonly relayOnly: boolean
}

type CheckedSettings =
  | { readonly ok: true; readonly settings: ConnectionSettings }
  /** `field`: servers, servers[0], ice, ice[0].urls, ice[0].username, ice[0].credential, relayOnly or settings. */
  | { readonly ok: false; readonly field: string; readonly message: string }

const NO_SETTINGS: ConnectionSettings = { servers: [], ice: [], relayOnly: false }
/** Of a kind. */
const MOST_SERVERS = 8
const KEY = 'peermart/connection'
/** Longer texts are not ours: eight ICE servers with eight addresses each take less. */
const MOST_CHARACTERS = 40_000

/** `configured`: the ICE servers of config.json, which count for `relayOnly` too. Never throws for plain data. */
export function checkConnectionSettings(value: unknown, configured: readonly IceServerConfig[]): CheckedSettings {
  if (!isRecord(value)) return wrong('settings', value, 'an object with servers, ice and relayOnly')
  const unknown = unknownField(value, ['servers', 'ice', 'relayOnly'])
  if (unknown !== undefined) return wrong('settings', unknown, 'without other fields than servers, ice and relayOnly')
  const servers = checkServers(value.servers)
  if (!servers.ok) return servers
  const ice = checkIce(value.ice)
  if (!ice.ok) return ice
  const { relayOnly } = value
  if (typeof relayOnly !== 'boolean') return wrong('relayOnly', relayOnly, 'true or false')
  if (relayOnly && ![...configured, ...ice.values].some(isTurn)) {
    return { ok: false, field: 'relayOnly', message: 'Relay only needs a TURN server: name one, with its login, or leave relay only off.' }
  }
  return { ok: true, settings: { servers: servers.values, ice: ice.values, relayOnly } }
}

type Checked<T> = { readonly ok: true; readonly values: readonly T[] } | Extract<CheckedSettings, { ok: false }>

function checkServers(given: unknown): Checked<string> {
  if (!isShortList(given)) return wrong('servers', given, `a list of at most ${MOST_SERVERS}`)
  const bad = given.findIndex((text) => typeof text !== 'string' || serverOf(text) === null)
  const wanted = 'an address such as "s!peers.example.org:443/peerjs", with s! for https'
  return bad >= 0 ? wrong(`servers[${bad}]`, given[bad], wanted) : { ok: true, values: [...new Set(given as string[])] }
}

function checkIce(given: unknown): Checked<ConnectionSettings['ice'][number]> {
  if (!isShortList(given)) return wrong('ice', given, `a list of at most ${MOST_SERVERS}`)
  const values: ConnectionSettings['ice'][number][] = []
  for (const [index, server] of given.entries()) {
    const checked = checkIceServer(`ice[${index}]`, server)
    if (!checked.ok) return { ...checked, field: fieldOf(checked.field) }
    values.push({ ...checked.server, urls: [checked.server.urls].flat() })
  }
  return { ok: true, values }
}

/** "the length of ice[0].urls" and "ice[0].urls[2]" are "ice[0].urls". */
function fieldOf(field: string): string {
  return /ice\[\d+\](?:\.(?:urls|username|credential))?/.exec(field)?.[0] ?? 'ice'
}

function isShortList(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.length <= MOST_SERVERS
}

function wrong(field: string, value: unknown, wanted: string): Extract<CheckedSettings, { ok: false }> {
  return { ok: false, field, message: `${field} is ${inWords(value)}, and must be ${wanted}.` }
}

/** What this browser keeps, and what is wrong with it; then none of it is used. A browser that keeps nothing has nothing wrong. */
export function keptConnectionSettings(): { readonly settings: ConnectionSettings; readonly problem: string } {
  const text = keptText()
  if (text === null) return { settings: NO_SETTINGS, problem: '' }
  // Relay only without a TURN server is kept to all the same: what a person hides stays hidden, whatever became of config.json.
  const anyTurn: IceServerConfig = { urls: 'turn:any' }
  const isTooLong = text.length > MOST_CHARACTERS
  const given = isTooLong ? null : parsed(text)
  const checked = isTooLong ? null : checkConnectionSettings(given, [anyTurn])
  if (checked?.ok) return { settings: checked.settings, problem: '' }
  const why = checked === null ? 'they are too long.' : checked.message
  const hides = !(isRecord(given) && given.relayOnly === false)
  return {
    // Whoever cannot be known to show the address keeps it hidden.
    settings: { ...NO_SETTINGS, relayOnly: hides },
    problem: `The connection settings that this browser keeps are damaged and not used: ${why} Enter them again on the Network page.`,
  }
}

/** False when this browser does not keep them. */
export function keepConnectionSettings(settings: ConnectionSettings): boolean {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings))
    return true
  } catch {
    return false
  }
}

function keptText(): string | null {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
