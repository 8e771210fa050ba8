/** Addresses within the page: `#/s/<serviceId>?p=<parameters>` opens a service, `#/offers` and the like a page, everything else is the first page. */
import { isHex } from '../base/bytes.ts'
import type { Id } from '../base/identity.ts'

/** Pages whose address is their name, in the order of the navigation. */
export const plainPages = ['offers', 'bidders', 'trades', 'brokering', 'network', 'identity', 'lab', 'settings', 'about'] as const
export type PlainPage = (typeof plainPages)[number]

export type MarketRoute = { readonly page: 'home' } | { readonly page: 'service'; readonly serviceId: Id; readonly hash: string }
export type Route = MarketRoute | { readonly page: 'lab' } | { readonly page: Exclude<PlainPage, 'lab'> }

/** The page that an address' hash names. */
export function routeOf(hash: string): Route {
  const page = plainPages.find((name) => hash === `#/${name}` || hash.startsWith(`#/${name}?`))
  if (page !== undefined) return { page }
  const serviceId = /^#\/s\/([0-9a-f]{32})(?:\?.*)?$/i.exec(hash)?.[1]
  return serviceId === undefined ? { page: 'home' } : { page: 'service', serviceId: serviceId.toLowerCase(), hash }
}

/** The route that a pasted link, its hash alone or a bare serviceId leads to; undefined when it is none of them. */
export function routeOfText(text: string): Extract<Route, { page: 'service' }> | undefined {
  const trimmed = text.trim()
  const id = trimmed.toLowerCase()
  if (isHex(id, 16)) return { page: 'service', serviceId: id, hash: `#/s/${id}` }
  const start = trimmed.indexOf('#')
  const route = start === -1 ? undefined : routeOf(trimmed.slice(start))
  return route?.page === 'service' ? route : undefined
}

/** The hash of a service's link, for moving within the page. */
export function hashOf(serviceId: Id, link: string | undefined): string {
  const hash = link === undefined ? undefined : routeOfText(link)?.hash
  return hash ?? `#/s/${serviceId}`
}

/** A long id's ends, enough to tell a few apart. */
export function shortId(id: string): string {
  return id.length <= 12 ? id : `${id.slice(0, 6)}…${id.slice(-4)}`
}
