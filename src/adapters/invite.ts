/**
 * Links that invite (PROTOCOL 9): `<page>#/i?n=<network>&i=<inviter>&r=<rendezvous>…`, and to a service with its parameters:
 * `<page>#/s/<serviceId>?p=<parameters>&n=<network>&i=<inviter>&r=<rendezvous>…`.
 * Anybody can write such a link: what is damaged gives nothing, and everything read is bounded.
 */

import { isHex } from '../base/bytes.ts'
import type { Id, NodeId } from '../base/identity.ts'
import { isPlainText } from '../base/input.ts'
import { type Service, serviceToLinkText } from '../market/service.ts'
import { checkRendezvous, type RendezvousConfig } from '../wire/config.ts'

/** Who invites, and where to meet. */
export interface Invitation {
  /** The network's id; null when the link does not say it. */
  readonly network: string | null
  readonly inviter: NodeId | null
  /** PeerServers where the inviter may be found. */
  readonly servers: readonly RendezvousConfig[]
}

/** A link's parts, as it has them; `damaged`: some were there and could not be read. */
export interface ServiceLink extends Invitation {
  /** In lower case; any text. null: the link invites, and opens no service. */
  readonly serviceId: string | null
  /** The service's parameters as they stand there; null when there are none. */
  readonly parameters: string | null
  readonly damaged: boolean
}

/** What a link may be long: parameters take 4,000 characters, a network's name 600, two servers 1,000 each. */
export const MAX_LINK_CHARACTERS = 8_192
const MAX_SERVERS = 2
const LINK = /#\/(?:s\/([^?]*)|i)(?:\?(.*))?$/
const NETWORK = /^.{1,64}#[0-9a-f]{16}$/
const SERVER = /^(s!)?([^/]{1,253}):([1-9]\d{0,4})(\/.*)$/

/** A link, or its hash alone, taken apart; null when it is none. Never throws. */
export function readLink(text: string): ServiceLink | null {
  const match = text.length > MAX_LINK_CHARACTERS ? null : LINK.exec(text)
  if (match === null) return null
  const query = new URLSearchParams(match[2] ?? '')
  const [n, i, r] = [query.get('n'), query.get('i'), query.getAll('r').slice(0, MAX_SERVERS)]
  const network = n !== null && NETWORK.test(n) && isPlainText(n) ? n : null
  const inviter = isHex(i, 16) ? i : null
  const servers = r.map(serverOf).filter((server) => server !== null)
  const damaged = (n !== null && network === null) || (i !== null && inviter === null) || servers.length < r.length
  return { serviceId: match[1]?.toLowerCase() ?? null, parameters: query.get('p'), network, inviter, servers, damaged }
}

/** The hash of a link that opens the service with no search, and invites. Servers with no host of their own are left out: the link's page names them. */
export function linkHash(service: { readonly serviceId: Id; readonly service: Service }, invitation: Invitation): string {
  return `#/s/${service.serviceId}?${[`p=${serviceToLinkText(service.service)}`, ...invitationParts(invitation)].join('&')}`
}

/** The hash of a link that leads a newcomer to its inviter. */
export function invitationHash(invitation: Invitation): string {
  return `#/i?${invitationParts(invitation).join('&')}`
}

function invitationParts({ network, inviter, servers }: Invitation): string[] {
  const named = servers.filter(({ host }) => host !== '').slice(0, MAX_SERVERS)
  return [
    ...(network === null ? [] : [`n=${encodeURIComponent(network)}`]),
    ...(inviter === null ? [] : [`i=${inviter}`]),
    ...named.map((server) => `r=${readable(encodeURIComponent(serverText(server)))}`),
  ]
}

/** Those of `named` that are not `known`; both with nothing left open. */
export function unknownServers(named: readonly RendezvousConfig[], known: readonly RendezvousConfig[]): RendezvousConfig[] {
  const seen = new Set(known.map(addressOf))
  return named.filter((server) => {
    const isNew = !seen.has(addressOf(server))
    seen.add(addressOf(server))
    return isNew
  })
}

/** For a person who followed a link of the network `other`. */
export function otherNetworkWords(other: string, own: string): string {
  const nameOf = (network: string): string => network.slice(0, network.lastIndexOf('#'))
  const why = nameOf(other) === nameOf(own) ? ' Their parameters differ.' : ''
  return `This link belongs to the network ${other}; this page is of ${own}.${why} Ask whoever gave you the link for the page of that network.`
}

/** For a person who followed a link that names these servers. */
export function serversQuestion(servers: readonly RendezvousConfig[]): string {
  const names = servers.map(({ host, port }) => `${host}:${port}`).join(', ')
  return servers.length === 1
    ? `This link names a meeting server that this page does not know: ${names}. It will see your network address. Use it?`
    : `This link names meeting servers that this page does not know: ${names}. They will see your network address. Use them?`
}

function addressOf({ host, port, path, secure }: RendezvousConfig): string {
  return `${secure ? 'https' : 'http'}://${host.toLowerCase()}:${port}${path.replace(/\/$/, '')}`
}

/** Colons and slashes may stand in a hash as they are. */
function readable(encoded: string): string {
  return encoded.replaceAll('%3A', ':').replaceAll('%2F', '/')
}

/** `host:port/path`, with `s!` before it when it is reached by https and wss. No spaces are in it. */
export function serverText({ host, port, path, secure }: RendezvousConfig): string {
  return `${secure ? 's!' : ''}${host}:${port}${path}`
}

/** Reads {@link serverText} again. Only what a config.json may name, and only in the form in which a browser would show it: no other spelling of an address. */
export function serverOf(text: string): RendezvousConfig | null {
  const [, mark, host = '', port, path = ''] = SERVER.exec(text) ?? []
  const server = checkRendezvous({ host, port: Number(port), path, secure: mark !== undefined })
  if (server === undefined || host === '') return null
  const plain = `http://${host}:${port}${path}`
  const url = URL.canParse(plain) ? new URL(plain) : null
  return url !== null && url.hostname === host.toLowerCase() && url.pathname === path ? server : null
}
