/** By what this tab reaches others: the servers of config.json, those that the person agreed to or named, and what came of it so far. */
import type { Statistics } from '../peer/driver.ts'
import type { Config, IceServerConfig, RendezvousConfig } from '../wire/config.ts'
import { isTurn } from '../wire/config.ts'
import { agreedServers } from './agreed-servers.ts'
import { ConnectionLog, type Diagnosis } from './connection-log.ts'
import { type ConnectionSettings, checkConnectionSettings, keepConnectionSettings, keptConnectionSettings } from './connection-settings.ts'
import { serverOf, unknownServers } from './invite.ts'
import { completeAddress, serverName } from './rendezvous/address.ts'

/** Every server that this tab may contact, and how. */
export interface Reach {
  /** Addresses may be left open, see RendezvousConfig. */
  readonly servers: readonly RendezvousConfig[]
  readonly iceServers: readonly IceServerConfig[]
  readonly relayOnly: boolean
}

/** What is wrong with settings. */
export interface SettingsFailure {
  readonly code: 'invalid-argument' | 'storage'
  readonly message: string
  readonly field?: string
}

/** The page's own server is named by its address; servers that it cannot have, as a page from a file, are left out. */
export function completeServers(servers: readonly RendezvousConfig[]): RendezvousConfig[] {
  return servers.map((server) => completeAddress(server, location)).filter((server) => server !== null)
}

export class Connection {
  readonly log = new ConnectionLog(Date.now)
  #configured: readonly IceServerConfig[] = []
  #settings: ConnectionSettings | null = null

  /** All that this tab uses, with what this browser keeps; `onProblem` hears, for a person, what of that is wrong. */
  reach(config: Pick<Config, 'rendezvous' | 'iceServers'>, onProblem: (problem: string) => void): Reach {
    const { settings, problem } = keptConnectionSettings()
    this.#settings = settings
    this.#configured = config.iceServers
    const own = settings.servers.map(serverOf).filter((server) => server !== null)
    const servers = [...config.rendezvous, ...unknownServers([...own, ...agreedServers()], completeServers(config.rendezvous))]
    const iceServers = [...config.iceServers, ...settings.ice.map((server) => ({ ...server, urls: [...server.urls] }))]
    for (const server of completeServers(servers)) this.log.expect(serverName(server))
    if (problem !== '') onProblem(problem)
    if (settings.relayOnly && !iceServers.some(isTurn)) onProblem(NO_TURN)
    return { servers, iceServers, relayOnly: settings.relayOnly }
  }

  /** As they were last kept; a change counts from the next load on. */
  get settings(): ConnectionSettings {
    this.#settings ??= keptConnectionSettings().settings
    return this.#settings
  }

  /** Keeps other settings, or says why not. */
  change(value: unknown): SettingsFailure | null {
    const checked = checkConnectionSettings(value, this.#configured)
    if (!checked.ok) return { code: 'invalid-argument', field: checked.field, message: checked.message }
    if (!keepConnectionSettings(checked.settings)) return { code: 'storage', message: 'This browser keeps nothing for this page.' }
    this.#settings = checked.settings
    return null
  }

  diagnosis(traffic: Statistics): Diagnosis {
    return this.log.report(navigator.onLine, traffic)
  }
}

const NO_TURN =
  'Relay only is switched on, and there is no TURN server any more: no link can be opened. Name one on the Network page, or switch relay only off.'
