/** The form of own servers: what a person types, as the API takes it, and where the API's word about a wrong value belongs. */
import type { ApiError, ConnectionSettings } from '../api.ts'

export interface IceFields {
  /** With spaces between. */
  readonly urls: string
  readonly username: string
  readonly credential: string
}

export interface ConnectionFields {
  readonly servers: readonly string[]
  readonly ice: readonly IceFields[]
  readonly relayOnly: boolean
}

export const EMPTY_ICE: IceFields = { urls: '', username: '', credential: '' }

export function fieldsOf({ servers, ice, relayOnly }: ConnectionSettings): ConnectionFields {
  const rows = ice.map(({ urls, username = '', credential = '' }) => ({ urls: urls.join(' '), username, credential }))
  return { servers: servers.map(addressOf), ice: rows, relayOnly }
}

/** Rows in which nothing was typed are left out. */
export function withoutBlanks({ servers, ice, relayOnly }: ConnectionFields): ConnectionFields {
  const typed = ice.filter(({ urls, username, credential }) => `${urls}${username}${credential}`.trim() !== '')
  return { servers: servers.filter((server) => server.trim() !== ''), ice: typed, relayOnly }
}

export function settingsOf({ servers, ice, relayOnly }: ConnectionFields): ConnectionSettings {
  const rows = ice.map(({ urls, username, credential }) => ({
    urls: urls.trim() === '' ? [] : urls.trim().split(/\s+/),
    ...(username !== '' && { username }),
    ...(credential !== '' && { credential }),
  }))
  return { servers: servers.map(serverOf), ice: rows, relayOnly }
}

/** `https://host/path` as the API writes it; any other text as it is. */
function serverOf(typed: string): string {
  const text = typed.trim()
  const url = /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : null
  if (url === null || `${url.username}${url.password}${url.search}${url.hash}` !== '') return text
  const isSecure = url.protocol === 'https:'
  return `${isSecure ? 's!' : ''}${url.hostname}:${url.port || (isSecure ? 443 : 80)}${url.pathname}`
}

/** The other way around. */
function addressOf(server: string): string {
  return server.startsWith('s!') ? `https://${server.slice(2)}` : `http://${server}`
}

/** Which sentence says what is wrong. */
export type Complaint = 'server' | 'servers' | 'iceUrls' | 'iceUser' | 'iceWord' | 'ice' | 'relayOnly' | 'storage'

/** The control's name, or `form`, and what is wrong with it; null when it is nothing that this form knows. */
export function complaintOf({ code, field = '' }: Pick<ApiError, 'code' | 'field'>): { name: string; complaint: Complaint } | null {
  if (code === 'storage') return { name: 'form', complaint: 'storage' }
  const [, list = '', index, part = 'urls'] = /^(servers|ice|relayOnly)(?:\[(\d+)\])?(?:\.(\w+))?$/.exec(field) ?? []
  if (list === '') return null
  if (list === 'relayOnly') return { name: list, complaint: list }
  if (index === undefined) return { name: 'form', complaint: list === 'ice' ? 'ice' : 'servers' }
  if (list === 'servers') return { name: `server${index}`, complaint: 'server' }
  const complaint = part === 'username' ? 'iceUser' : part === 'credential' ? 'iceWord' : 'iceUrls'
  return { name: `${complaint}${index}`, complaint }
}
